"""Tags, classes and roles in, what they are for out: the vocabulary that page templates of the whole trade share."""

from __future__ import annotations

import re
from functools import lru_cache

SKIPPED = frozenset(
    "script style noscript template svg canvas audio video iframe object embed select textarea input option datalist "
    "head link meta button map area progress meter dialog param source track applet frame frameset noframes math".split()
)
"""Never journalism; their text is not even collected."""

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr img picture blink".split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# A role is claimed by whole words of class, id, role and data-testid ("related-links", "relatedLinks", "related_links__list"
# all hold the words "related links"). The order matters: the first match wins. Words that templates also use for the article
# itself ("content", "main", "story", "post", "text") claim nothing.
_ROLES: tuple[tuple[str, str], ...] = (
    ("dek", r"teaser ?text|article ?(?:header )?(?:dek|deck|subtitle|summary|lead|lede|intro|standfirst|subhead|sub ?headline)|standfirst|strapline"),
    ("hidden", r"sr only|screen reader(?: text)?|visually hidden|visuallyhidden|is hidden|a11y hidden|assistive text|offscreen|"
               r"hidden accessibility|accessibly hidden|display none|invisible|element invisible|print only|only print|printonly|print block|visible print|show for print|sr text|hide visually|u hidden|is sr only"),
    ("comments", r"comments?|comment (?:list|section|form|area|respond|thread)|disqus|respond|user ?comments|komment\w*|coral|"
                 r"commentaires?|comentarios|discussion|fb comments|replies|reactions|viafoura|openweb|spotim"),
    ("newsletter", r"newsletters?|sign ?up|signup|subscribe|subscription|subscriptions|email capture|mailing list|mailchimp|"
                   r"optin|opt in|nl signup|inline newsletter|subscribe box|mc embed signup|abo|abonnement"),
    ("share", r"share|sharing|sharedaddy|shares|share ?bar|share ?tools|share buttons?|social|socials|social ?media|social ?links|social share|"
              r"addthis|addtoany|sociales|teilen|partager|follow us|follow buttons?|sharethis|a2a kit|shariff|article tools"),
    ("related", r"related\w*|recommend(?:ed|ations?|er)?|read ?more|more (?:on|from|stories|news|articles|like this|in)|see also|"
                r"also (?:read|like)|trending|most (?:read|popular|viewed)|popular|popular posts|latest (?:news|stories|articles)|"
                r"next (?:article|story|post|up)|prev(?:ious)? (?:article|post)|post navigation|nav(?:igation)? links|outbrain|taboola|"
                r"zergnet|rc widget|teasers?|teaser list|read ?next|up ?next|jp relatedposts|yarpp|further reading|"
                r"suggested|suggestions?|you may|you might|linklist|link list|recirc\w*|relacionad\w*|mehr zum thema|lire aussi|"
                r"weiterlesen|sidebar links|explore more|keep reading|story package|in this story|topics? links|crosslinks?|promo links?"),
    ("ad", r"ad|ads|adv|advert|adverts|advertisement|advertising|adbox|adslot|ad slot|ad unit|ad container|ad wrapper|adsense|"
           r"google ads?|dfp|gpt|banner ad|banner|sponsor|sponsored|sponsors|anzeige|werbung|publicidad|pub|promo|promos|promotion|"
           r"promoted|promobox|affiliate|commercial|commerce|product (?:card|box|list|widget)|shop|shopping|deals?|buy (?:box|button)|outstream|native ad|merch"),
    ("author_bio", r"author (?:bio|box|info|card|description|profile|details?|about|block|footer|widget|section)|about (?:the )?authors?|bio|"
                   r"biography|contributor (?:bio|info|card)|post author|authorbox|entry author|autorenbox|autorenkasten|author end|"
                   r"writer bio|byline bio|staff bio|autor box|abh box|saboxplugin wrap|authors? bio|author bottom"),
    ("byline", r"byline|bylines|by line|author|authors|article author|dateline|timestamp|time stamp|published|publish date|pub ?date|"
               r"posted on|post meta|entry meta|article meta|meta (?:data|info|line|bar)|metadata|date ?line|article date|post date|"
               r"entry date|updated|last updated|modified|reading time|read ?time|readtime|time to read|date ?published|article info|"
               r"post info|story meta|autor|datum|fecha|autores|auteur|authorline|byline wrapper|article byline|post byline|datetime|pubdate"),
    ("tags", r"tags?|tag ?list|tag ?cloud|tag links|topics?|keywords?|categories|category|cat links|post tags|entry tags|article tags|"
             r"topic list|labels|kicker|eyebrow|overline|rubric|rubrik|section label|schlagworte|etiquetas|theme tags|hashtags"),
    ("breadcrumb", r"breadcrumbs?|bread crumbs?|crumbs?|yoast breadcrumb"),
    ("navigation", r"nav|navbar|navigation|menu|menus|toolbar|tool bar|tabs|pager|pagination|paging|page numbers|skip link|skip|"
                   r"site header|masthead|top ?bar|site footer|footer|foot|colophon|sidebar|side bar|siderail|rail|right rail|right column|"
                   r"left rail|drawer|off ?canvas|mega menu|search|search form|language switcher|jump links"),
    ("cookie", r"cookies?|cookie (?:banner|notice|consent|law|bar)|consent|gdpr|cmp|onetrust|didomi|usercentrics|privacy (?:banner|notice)"),
    ("paywall", r"paywall\w*|pay wall|piano|subscriber only|register ?wall|regwall|meter|metering|premium (?:box|offer)|offer|offers|"
                r"gateway|login|log in|signin|sign in|gated|subscribe wall|tp container|abo ?box|paid content overlay"),
    ("caption", r"media ?info|pic ?box|photo ?box|image ?box|img ?box|caption|captions|figcaption|wp caption|wp caption text|image caption|photo caption|img caption|picture caption|media caption|"
                r"credit|credits|photo ?credit|image ?credit|media credit|photo ?info|copyright|bildunterschrift|bildnachweis|legende|legend|"
                r"pie foto|pie de foto|photograph|image source|photo source|image ?meta|photo ?desc|cutline|thumbcaption|gallery ?caption|figure caption"),
    ("gallery", r"gallery|galleries|slideshow|slide show|carousel|slider|slick|swiper|swiper slide|lightbox|image gallery|photo ?gallery|"
                r"bildergalerie|diaporama|galeria|fotostrecke|flexslider|owl carousel|glide"),
    ("player", r"player|video ?player|video|videos|jw ?player|jwplayer|brightcove|audio ?player|podcast player|video ?container|videowrapper|"
               r"video ?js|media player|listen|text to speech|tts|audio|beyondwords|trinity|readspeaker|speechkit|soundcite|podcast"),
    ("embed", r"twitter tweet|tweet|twitter|instagram media|instagram|tiktok embed|facebook post|fb post|embed|embeds|oembed|embedded|"
              r"social embed|reddit embed|bluesky embed|telegram post|twitter video"),
    ("poll", r"poll|polls|quiz|survey|umfrage|vote|voting|rating|ratings|star rating|encuesta|feedback|was this helpful|helpful"),
    ("toc", r"toc|table of contents|toc container|ez toc container|lwptoc|inhaltsverzeichnis|jump to|contents list|rank math toc|in this article|on this page"),
    ("footnote", r"footnotes?|references|reference list|reflist|citations?|bibliography|endnotes?|article sources?|sources ?list|mntl sources"),
    ("correction", r"editors? notes?|correction|corrections|clarification"),
    ("disclaimer", r"disclaimers?|disclosure|affiliate disclosure|legal|legal notice|haftung|fact ?check(?:ed)? by"),
    ("pull_quote", r"pull ?quotes?|quote attribution|pullquote|wp block pullquote|blockquote ?pull|quote ?box|zitatbox|tweetable|click to tweet"),
    ("factbox", r"ai ?summary|ai ?article ?summary|summary ?(?:title|content|list)|newstakeaway|key ?takeaways|fact ?box|facts ?box|info ?box|infobox|factbox|sidebar box|key (?:facts|points|takeaways)|takeaways|at a glance|"
                r"highlights|tl dr|tldr|summary box|inline aside|hintergrund|kasten|faktaboks|explainer|fakta|background box"),
    ("dek", r"dek|deck|standfirst|sub ?title|sub ?headline|sub ?head|subhed|sub ?heading|sub ?hed|strapline|strap|summary|article (?:summary|lead|lede|lead in|intro|deck|dek|excerpt|description|teaser|"
            r"subtitle|sub ?headline|sub ?heading|abstract)|lead|lede|lead ?in|lead ?text|intro|introduction|intro ?text|ingress|chapo|chapeau|entradilla|bajada|"
            r"vorspann|teaser ?text|excerpt|entry (?:summary|subtitle)|post (?:excerpt|subtitle|summary|intro)|story (?:summary|deck|dek|intro|lead)|headline (?:sub|deck|dek|intro|description)|"
            r"hero (?:dek|description|subtitle|text)|article ?header (?:dek|subtitle|description|summary)|zajawka|anons|annotation|sottotitolo|occhiello|manchet|perex"),
)
_NAMES = [role for role, _ in _ROLES]
_PATTERN = re.compile("|".join(rf"\b(?P<r{i}>{words})\b" for i, (_, words) in enumerate(_ROLES)))
_BODY = re.compile(
    r"\b(?:article ?body|articlebody|story ?body|post ?body|entry content|post content|article content|story content|body (?:content|copy|text)|"
    r"article text|story text|article ?body ?content|content body|article ?copy|rich ?text|article main|main content|news (?:text|body|content)|"
    r"single content|page content|td post content|story ?article body|article ?(?:detail|details) ?(?:body|content|text)?|text ?content|"
    r"cuerpo|artikel ?(?:text|body|inhalt)|texte ?article|corps article|wysiwyg|cms content|field name body|the content|prose)\b"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=16384)
def words_of(attributes: str) -> str:
    """Reduce attribute values to lower-case words: "relatedLinks__list--wide" is "related links list wide"."""
    return _NOT_WORD.sub(" ", _CAMEL.sub(" ", attributes).lower()).strip()


@lru_cache(maxsize=16384)
def role_of(attributes: str) -> str | None:
    """Name what an element's class, id, role and test id claim it is for; None: they claim nothing known."""
    match = _PATTERN.search(words_of(attributes))
    return _NAMES[int(match.lastgroup[1:])] if match and match.lastgroup else None


@lru_cache(maxsize=16384)
def is_body(attributes: str) -> bool:
    """Tell whether class or id claim that this is the article's body."""
    return _BODY.search(words_of(attributes)) is not None
