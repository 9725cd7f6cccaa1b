"""Short forms and national forms of given names, and the families and syllables of East Asian names: facts of languages."""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.names.romanisation import romanised

_GROUPS = """
william will bill billy willie liam
robert rob bob bobby robbie
richard rick dick rich ricky
james jim jimmy jamie
john jack johnny jon
joseph joe joey
michael mike mick mickey
thomas tom tommy
charles charlie chuck
edward ed eddie ted teddy ned
theodore ted teddy theo
anthony tony antony
christopher chris kris
daniel dan danny
david dave davey
donald don donnie
matthew matt
nicholas nick nicky
patrick pat paddy
peter pete
philip phil phillip
ronald ron ronnie
samuel sam sammy
stephen steve steven
timothy tim
andrew andy drew
benjamin ben benny binyamin
kenneth ken kenny
lawrence larry laurence
gregory greg
jeffrey jeff geoffrey geoff
frederick fred freddie
albert al bert
alexander alex sasha
alan al allan allen
gerald gerry jerry
jeremy jerry
raymond ray
douglas doug
walter walt
henry harry hank
francis frank
franklin frank
leonard len lenny leo
vincent vince
nathaniel nathan nate
zachary zach zack
joshua josh
jonathan jon
jacob jake
gabriel gabe
eugene gene
martin marty
maxwell max
maximilian max
mitchell mitch
rudolph rudy
stanley stan
terence terry
victor vic
elizabeth liz beth betty lizzie eliza
margaret maggie peggy meg
katherine kate kathy katie cathy catherine katharine kathryn
patricia pat patty trish
susan sue susie
barbara barb
deborah deb debbie
jennifer jen jenny
jessica jess
judith judy
kimberly kim
pamela pam
rebecca becky
sandra sandy
theresa terry tess
victoria vicky
alexandra alex sandra
abigail abby
christine chris christina
virginia ginny
dorothy dot dolly
nancy nan
madeleine maddie
volodymyr vladimir uladzimir wolodymyr wladimir
oleksandr aleksandr alexander aliaksandr alyaksandr olexander oleksander aleksander olexandr
oleksiy oleksii aleksei alexei alexey aliaksei olexiy oleksij alexej aleksej alexy
serhiy serhii sergei sergey serhij siarhei sergii sergiy siarhiej serge
andriy andrii andrei andrey andrij andrej andrzej
dmytro dmitry dmitri dmitriy dimitri dzmitry dmitrij
mykola nikolai nikolay mikalai nikolaj mikola
mykhailo mikhail mihail michail mikhailo mykhaylo mychajlo mikheil mikhael michajlo
petro pyotr piotr pjotr petr
pavlo pavel pawel pawlo
ihor igor
oleh oleg
kyrylo kirill kiril kyryl
denys denis
yevhen yevgeny evgeny yevgeni evgeniy yevhenii yevheniy yevgeniy evgeni jewhen jewgeni jevhen eugen ievgen ievgenii
yuriy yuri yury yurii juri jurij juriy iouri iurii
vasyl vasily vasiliy wassyl vasyli vasilii
viktor victor wiktor
valeriy valery valerii waleri valeri walerij
vitaliy vitaly vitalii witali vitali
vyacheslav viacheslav wjatscheslaw vjaceslav
hryhoriy grigory hryhorii grigori grigoriy
heorhiy georgy georgi georgiy heorhii
hennadiy gennady gennadi hennadii gennadiy
kostyantyn konstantin kostiantyn konstantyn
leonid leonyd
oleksandra aleksandra alexandra
olena elena yelena helena olena
iryna irina irena
tetyana tatiana tatyana tetiana tatjana
yuliya yulia julia iuliia yuliia julija ioulia
natalia natalya nataliya nataliia natalija
kateryna ekaterina yekaterina katerina
oksana aksana
svitlana svetlana
mariya maria mariia marija
hanna anna ganna
yelyzaveta elizaveta yelizaveta
volodymyra vladimira
rustem rustam
arsen arseniy arseny arsenii
artem artyom artiom artjom
bohdan bogdan
stepan stefan
ivan iwan
fedir fyodor fedor
maksym maxim maksim
roman romuald
taras tarass
ruslan rouslan
zakhar zahar
mohammed muhammad mohammad mohamed muhammed mohamad mehmet mahomed
ahmed ahmad achmed ahmet
mahmoud mahmud mahmood
hussein hussain husain husein hossein huseyin
hassan hasan
ibrahim ebrahim
yahya yehya
yousef yusuf youssef yousuf josef
omar umar omer
osama usama
abdullah abdulla abdallah
ismail ismael esmail
khalid khaled halid
suleiman sulaiman soleiman suleyman
mustafa mostafa moustafa
muammar moammar mouammar
saeed said sayed saied
ali aly
jose josep
jorge jordi
juan joan
luis luiz
"""


_INITIAL = r"(?:zh|ch|sh|ts|hs|ng|kh|ph|th|tr|gi|qu|gh|nh|kw|[bpmfdtnlgkhjqxrzcsyw])?"
_FINAL = (
    r"(?:iang|iong|uang|ueng|yeong|yeo|yun|yon|yong|yang|eong|eung|ieu|uyen|uong|iao|ian|ing|ang|ong|eng|ung|uan|uai|wan|won|wang"
    r"|oeng|aek|eok|eol|eon|eop|oon|oom|eul|eun|eum|eo|eu|ae|ai|ao|an|am|ap|ak|al|ei|en|er|ek|el|ia|ie|in|iu|il|im|ik|ip|oh|ou|on"
    r"|om|ok|ol|oo|oi|un|ui|uo|ua|ue|uk|ul|um|wa|we|wi|ya|ye|yo|yu|ee|ih|a|e|i|o|u)"
)
EAST_ASIAN_SYLLABLES = re.compile(rf"(?:{_INITIAL}{_FINAL}){{1,2}}h?")


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for name in line.split():
            for key in (name, romanised(name)):
                table.setdefault(key, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in table.items()}


def given_group(folded_name: str) -> frozenset[int]:
    """Return the numbers of the groups a given name belongs to; empty for a name without other forms."""
    groups = _groups()
    return groups.get(folded_name) or (len(folded_name) > 3 and groups.get(romanised(folded_name))) or frozenset()
