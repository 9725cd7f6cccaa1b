"""The wording of residue in each language that has a file: what templates say is told from what a reporter writes."""

from __future__ import annotations

from importlib.resources import files

import pytest

from extractors.residue.wording import wording_for

TEMPLATES_AND_REPORTERS = {
    "cs": ("Mohlo by vás zajímat", "Mohlo by jít o nejdražší most v zemi, řekl starosta."),
    "da": ("Artiklen fortsætter efter annoncen", "Artiklen blev skrevet af tre elever fra skolen ved havnen."),
    "fi": ("Juttu jatkuu mainoksen jälkeen", "Juttu alkoi jo keväällä, kun satamaan tuli kolme laivaa."),
    "hu": ("Ez is érdekelheti", "Ez is mutatja, hogy a híd régebbi, mint gondolták."),
    "id": ("Baca juga: Harga beras naik", "Baca tulis masih menjadi masalah di tiga desa itu."),
    "it": ("Potrebbe interessarti anche", "Potrebbe essere il ponte più vecchio della valle."),
    "ja": ("関連記事", "関連する三つの会社は、橋の工事を来年まで延ばすと発表した。"),
    "ko": ("무단 전재 및 재배포 금지", "시장은 다리 공사를 내년까지 미루겠다고 말했다."),
    "nl": ("Lees ook: De brug is open", "Lees je de brief van de wethouder, dan zie je drie bruggen."),
    "no": ("Saken fortsetter under annonsen", "Saken ble avgjort i tingretten etter tre dager."),
    "pt": ("Você também pode gostar", "Você pode ver a ponte de três lugares da cidade."),
    "ro": ("Citește și: Podul a fost închis", "Citește bine și scrie, spune profesoara despre elevul ei."),
    "sv": ("Artikeln fortsätter efter annonsen", "Artikeln skrevs av tre elever vid skolan i hamnen."),
    "tr": ("İlginizi çekebilir", "İlgi çeken köprü gelecek yıl kapanacak, dedi belediye başkanı."),
    "uk": ("Читайте також: Міст закрили", "Читати цей міст як книгу вчить професор у Києві."),
}


@pytest.mark.parametrize(("language", "lines"), TEMPLATES_AND_REPORTERS.items())
def test_a_template_is_told_from_a_reporter(language: str, lines: tuple[str, str]) -> None:
    template, sentence = lines
    wording = wording_for(language)

    assert wording.verdict_on(template) is not None
    assert wording.verdict_on(sentence) is None


@pytest.mark.parametrize("file", sorted(f.name for f in (files("extractors") / "data" / "wording").iterdir()))
def test_every_cue_of_a_language_is_a_pattern_that_needs_words(file: str) -> None:
    wording = wording_for(file.removesuffix(".txt"))

    assert wording.verdict_on("") is None
    assert wording.verdict_on("Xq zv wk, 7314 jd.") is None
