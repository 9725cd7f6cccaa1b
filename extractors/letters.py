"""What the letters of the world's scripts tell, as parts of patterns: which begin a name, which stand without spaces."""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

CAPITAL: Final = "".join(char for char in map(chr, chain(range(0x41, 0x590), range(0x1E00, 0x2000))) if char.isupper())
"""Capitals of the scripts that have them, for the brackets of a pattern: Latin with all its marks, Greek, Cyrillic, Armenian."""

UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A letter of a script whose lines say as much in fewer characters: Thai, Chinese, Japanese, Korean."""

WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A letter of a script that has no capitals to know a short name by: Chinese, Japanese, Korean."""
