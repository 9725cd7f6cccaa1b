"""A line in Chinese or Korean in, the reporters whom it names out: names there have no capitals to be known by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters import WIDE

_HAN_NAME = r"[\u4e00-\u9fff]{2,4}"
_SURNAMES = (
    "王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何林羅罗高鄭郑梁謝谢宋唐許许鄧邓韓韩馮冯曹彭曾肖蕭田董潘袁蔡蔣蒋余于杜葉叶程魏蘇苏呂吕丁任盧卢姚"
    "沈鍾钟姜崔譚谭陸陆范汪廖石金韋韦賈贾夏付傅方鄒邹熊白孟秦邱侯江尹薛閆闫段雷龍龙黎史陶賀贺毛郝顧顾龔龚邵萬万覃武戴孔湯汤易裴溫温莫賴赖文錢钱"
)
"""The first letters of some nine names in ten; asked for where nothing else says that a word is a name."""
_SURE_NAME = rf"(?:[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?<![摄攝])(?![\u4e00-\u9fff])"
_WHO = r"(?:记者|記者|通讯员|通訊員)"
_REPORTER = re.compile(
    rf"(?:记者|記者|作者|撰文|撰稿|执笔|執筆)(?:[\s:：/／]+)((?:{_HAN_NAME}[ 、/／&]?){{1,4}}?)"
    rf"(?=$|[)）】\]|｜（(，,。；]|\s|报道|報道|摄|攝|通讯员|实习)"
    rf"|[（(]({_HAN_NAME})\s+[\u4e00-\u9fff]{{2,4}}[报報]道[)）]"
)
_IN_BRACKETS = re.compile(
    rf"[（(][\u4e00-\u9fff]{{0,8}}?{_WHO}\s?({_HAN_NAME}(?:[ 、，]{_WHO}?{_HAN_NAME}){{0,3}}?)"
    r"(?:\s?(?:整合|整理|综合|報道|报道|编译|編譯|撰文|摄影|攝影|文/图))?[)）]"
)
"""Within brackets a blank may lack: "（记者王小明）", "（本报记者王小明 整理）"."""
_WIRED = re.compile(r"(?:记者|記者)([\u4e00-\u9fff]{2,9})\d{1,2}日(?:专|專)?[电電]")
"""A dateline: name and place stand together, "記者王小明台北21日電"."""
_SENT_FROM = re.compile(rf"(?:记者|記者)\s?({_HAN_NAME})\s?[发發]自")
"""A line at the end: "本报记者王小明发自北京"."""
_CLOSING = re.compile(rf"[。！？”][（(](?:文/图|图文|文/|文|图/文)?[ :：]?({_SURE_NAME}(?:[ 、]{_SURE_NAME}){{0,2}})[)）]$")
"""Who wrote it, behind the last sentence: "……。（王小明）"."""
_BESIDE_OUTLET = re.compile(rf"^({_SURE_NAME})[/／][\u4e00-\u9fff]{{2,8}}[报報社网網刊]$|(?:^|[|｜] ?)作者({_SURE_NAME})$")
_KOREAN = re.compile(
    r"(?:^|[=\]】)] ?)(?P<name>[가-힣]{2,4}(?<![보문송사스])) ?(?:선임|수습|인턴|전문)?(?:기자|특파원|논설위원|칼럼니스트)"
    r"(?= ?(?:$|[=(\[]|\S+@))"
)
"""A line or a dateline: "왕소명 기자 news@example.com", "[서울=예시뉴스] 왕소명 기자 ="; outlets, told by their last letter, have
reporters too."""


def without_outlet(name: str) -> str:
    """Return a Chinese name without the outlet before it: "例新 王小明"."""
    last = name.rpartition(" ")[2]
    return last if re.fullmatch(_SURE_NAME, last) else name


def reporters_in(line: str) -> list[str]:
    """Read the reporters that a line names: "(记者 王小明)", "作者：王小明、李四", "記者王小明台北21日電", "왕소명 기자"."""
    if not WIDE.search(line, 0, 40):
        return []
    return list(dict.fromkeys(_reporters(line)))


def _reporters(line: str) -> Iterator[str]:
    for match in _REPORTER.finditer(line):
        yield from _people_of(match, line)
    for match in _IN_BRACKETS.finditer(line):
        yield from re.findall(_HAN_NAME, re.sub(_WHO, " ", match[1]))
    for match in _SENT_FROM.finditer(line):
        yield match[1]
    for match in _WIRED.finditer(line):
        together = match[1]
        yield together[: 2 if len(together) == 4 else 3]  # a place has two letters or more, a name three most often
    if closing := _CLOSING.search(line):
        yield from re.findall(_HAN_NAME, closing[1])
    if beside := _BESIDE_OUTLET.search(line):
        yield beside[1] or beside[2]
    if korean := _KOREAN.search(line):
        yield korean["name"]


def _people_of(match: re.Match[str], line: str) -> list[str]:
    """List the names of one signature; in "记者 王小明 北京报道" the last word says where from."""
    said = re.sub(_WHO, " ", match[1] or match[2])
    names = [name for name in re.findall(_HAN_NAME, said) if name[:2] not in {"发自", "發自"}]
    says_where = match[1] and " " in match[1].rstrip() and line[match.end(1) :].lstrip()[:2] in {"报道", "報道"}
    return names[:-1] if says_where and len(names) > 1 else names
