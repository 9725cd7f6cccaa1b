"""How doors before documents are marked and worded, for `walls.py`. Marks are of products, words of languages, none of sites."""

from __future__ import annotations

import re

_MARKS = (
    rb"/cdn-cgi/challenge-platform|_cf_chl_opt|cf-browser-verification|cf-challenge|turnstile/v0/api\.js",  # Cloudflare
    rb"captcha-delivery\.com|geo\.captcha",  # DataDome
    rb"_Incapsula_Resource",  # Imperva
    rb"_pxCaptcha|px-captcha|captcha\.px-cloud|/_px[A-Za-z0-9]*/captcha",  # HUMAN, once PerimeterX
    rb"awsWafCookieDomainList|AwsWafIntegration|token\.awswaf\.com",  # AWS
    rb"/_sec/cp_challenge|sec-if-cpt-container",  # Akamai
    rb"_kpsdk|KPSDK\b",  # Kasada
    rb"/\.within\.website/x/cmd/anubis|__vercel_challenge|sucuri_cloudproxy|ddos-guard/js-challenge|KillBot|bunny-shield",
    rb"/\.well-known/sgcaptcha|validate\.perfdrive\.com|/__qrator/|/TSPD/|arkoselabs\.com/v2|/showcaptcha\?",
    rb"hcaptcha\.com/1/api|recaptcha/api\.js|smartcaptcha\.yandexcloud\.net|gcaptcha4\.geetest\.com|altcha-widget",
)
_CHALLENGES = (
    r"just a moment|checking your (?:browser|connection)|verify(?:ing)? (?:that )?you are (?:a )?human",
    r"are you a (?:robot|human)|making sure you.?re not a bot|prove (?:that )?you.?re not a (?:ro)?bot|(?:i am|i.m) not a robot",
    r"enable javascript and cookies to continue|please enable js and disable any ad ?blocker|press (?:&|and) hold to confirm",
    r"unusual (?:traffic|activity) from your|(?:complete|performing) (?:the |a )?security (?:check|verification)",
    r"attention required|pardon our interruption|requested url was rejected\. please consult",
    r"access to this (?:site|page) has been (?:limited|denied)",
    r"einen moment,? bitte|(?:bestätigen|beweisen) sie,? dass sie (?:ein mensch|kein (?:ro)?bot)",
    r"ihr browser wird (?:ge|über)prüft|ungewöhnliche[nr]? (?:datenverkehr|aktivität)",
    r"vérifi(?:er|ons|ez) que vous (?:êtes|n.êtes pas) (?:bien )?(?:un )?(?:humain|robot)",
    r"vérification de votre navigateur|trafic inhabituel",
    r"(?:verifica|comprueba|confirma)(?:r|ndo)? que (?:usted )?(?:eres|es) (?:un )?humano|un momento(?:\.\.\.|…)|tráfico inusual",
    r"verific(?:a|are|hiamo) (?:di essere|che (?:tu )?sia) (?:un )?(?:essere )?umano|controllo del browser",
    r"verificando (?:se )?(?:você|o seu navegador)|controle(?:ren|er) of (?:u|je) een mens bent",
    r"potwierdź,? że jesteś człowiekiem",
    r"подтвердите,? что (?:вы|запросы отправляли вы)[^.]{0,20} (?:не робот|человек)|проверка (?:вашего )?браузера",
    r"あなたが人間であることを確認|正在验证|请完成安全验证|验证您是真人|تحقق من أنك إنسان",
)
_CONSENTS = (
    r"cookies? (?:are|is) (?:disabled|required|not enabled)|(?:enable|accept|allow) (?:all )?cookies? (?:to|in your browser)",
    r"your browser (?:does not|doesn.?t) (?:accept|support) cookies|we value your privacy|before you continue to",
    r"with advertising and tracking|accept (?:all )?(?:cookies )?(?:and|&) continue",
    r"manage (?:your )?(?:cookie|privacy) (?:settings|preferences|choices)",
    r"mit werbung (?:und tracking )?(?:weiterlesen|nutzen)|zustimmung (?:erforderlich|zu cookies)|zustimmen (?:und|&) weiter",
    r"cookies akzeptieren|accepter et (?:continuer|fermer)|continuer sans accepter|gérer mes cookies",
    r"aceptar (?:y continuar|cookies)|accetta e continua|continua senza accettare|aceitar e continuar",
    r"akkoord en (?:door|verder)|cookies accepteren|akceptuj(?:ę)? i (?:przejdź|zamknij)|przejdź do serwisu",
    r"souhlasím a pokračovat|godkänn (?:alla|och fortsätt)|(?:accepter|tillad) alle cookies|godta alle",
    r"hyväksy (?:kaikki )?evästeet|принять все cookie|kabul et ve devam",
)

CHALLENGE_MARKS = re.compile(b"|".join(_MARKS), re.IGNORECASE)
CHALLENGE_WORDS = re.compile("|".join(_CHALLENGES), re.IGNORECASE)
COOKIE_WORDS = re.compile("|".join(_CONSENTS), re.IGNORECASE)
