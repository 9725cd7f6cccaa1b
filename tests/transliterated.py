"""Spellings made by table: Cyrillic names of politicians, written as six countries' newspapers write them.

Facts of transliteration: Ukrainian (KMU 2010) and Russian (BGN/PCGN) into English, and the press
styles of German, French, Polish and Dutch. Two spellings of one person must meet; all others must not.
"""

from __future__ import annotations

UKRAINIAN = """
Андрій Парубій|Дмитро Разумков|Руслан Стефанчук|Олексій Гончаренко|Ірина Геращенко|Юрій Бойко|Віктор Медведчук|Михайло Добкін
Нестор Шуфрич|Сергій Тігіпко|Арсеній Яценюк|Володимир Гройсман|Олексій Чернишов|Ігор Жовква|Мустафа Найєм|Світлана Заліщук
Єгор Соболєв|Олександр Турчинов|Степан Полторак|Василь Грицак|Ігор Райнін|Борис Ложкін|Григорій Немиря|Сергій Соболєв
Олег Ляшко|Артур Герасимов|Іван Вінник|Ганна Гопко|Оксана Сироїд|Єгор Чернєв|Давид Арахамія|Данило Гетманцев
Ярослав Железняк|Галина Третьякова|Людмила Денисова|Вадим Пристайко|Олексій Данілов|Андрій Таран|Денис Малюська|Кирило Тимошенко
Анатолій Кінах|Леонід Кучма|Леонід Кравчук|Микола Азаров|Богдан Данилишин|Сергій Льовочкін|Вадим Новинський|Юрій Луценко
Ірина Венедіктова|Руслан Рябошапка|Михайло Подоляк|Євгеній Мураєв|Ілля Кива|Максим Бужанський|Тарас Чорновіл|Юхим Звягільський
"""
RUSSIAN = """
Михаил Мишустин|Вячеслав Володин|Валентина Матвиенко|Сергей Нарышкин|Антон Силуанов
Эльвира Набиуллина|Николай Патрушев|Сергей Кириенко
Геннадий Зюганов|Владимир Жириновский|Алексей Кудрин|Михаил Касьянов|Евгений Примаков|Борис Грызлов|Сергей Собянин|Игорь Сечин
Аркадий Дворкович|Владислав Сурков|Вячеслав Молотов|Юрий Чайка|Александр Бастрыкин|Евгений Школов|Дмитрий Рогозин|Ольга Голодец
Татьяна Голикова|Андрей Белоусов|Денис Мантуров|Юрий Трутнев|Юрий Борисов|Максим Решетников|Анатолий Чубайс|Григорий Явлинский
Ксения Собчак|Илья Яшин|Дмитрий Гудков|Леонид Слуцкий|Константин Косачёв|Мария Захарова|Пётр Толстой|Ирина Яровая
"""

SYSTEMS = ("english", "german", "french", "polish", "dutch")

_UK = {
    "english": "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch iu ia",
    "german": "a b w h g d e je sch s y i ji j k l m n o p r s t u f ch z tsch sch schtsch ju ja",
    "french": "a b v h g d e ie j z y i ï ï k l m n o p r s t ou f kh ts tch ch chtch iou ia",
    "polish": "a b w h g d e je ż z y i ji j k ł m n o p r s t u f ch c cz sz szcz ju ja",
    "dutch": "a b v h g d e je zj z y i ji j k l m n o p r s t oe f ch ts tsj sj sjtsj joe ja",
}
_UK_LETTERS = "абвгґдеєжзиіїйклмнопрстуфхцчшщюя"
_RU = {
    "english": "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya",
    "german": "a b w g d e jo sch s i j k l m n o p r s t u f ch z tsch sch schtsch y e ju ja",
    "french": "a b v g d e io j z i ï k l m n o p r s t ou f kh ts tch ch chtch y e iou ia",
    "polish": "a b w g d e jo ż z i j k ł m n o p r s t u f ch c cz sz szcz y e ju ja",
    "dutch": "a b v g d e jo zj z i j k l m n o p r s t oe f ch ts tsj sj sjtsj y e joe ja",
}
_RU_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщыэюя"


def people() -> dict[str, dict[str, str]]:
    """Return person -> system -> spelling."""
    table = {name: _written(name, _UK_LETTERS, _UK) for name in UKRAINIAN.replace("\n", "|").split("|") if name}
    return table | {name: _written(name, _RU_LETTERS, _RU) for name in RUSSIAN.replace("\n", "|").split("|") if name}


def _written(name: str, letters: str, systems: dict[str, str]) -> dict[str, str]:
    return {system: _spelled(name, dict(zip(letters, latin.split(), strict=True)), system) for system, latin in systems.items()}


def _spelled(name: str, table: dict[str, str], system: str) -> str:
    words = []
    for word in name.lower().split():
        if system in {"english", "french", "polish"} and word.endswith(("ський", "ский")):
            # The press shortens: Dmytro Korchynsky, Korczynski.
            word = word[:-2] + {"english": "y", "french": "i", "polish": "i"}[system]  # noqa: PLW2901 - one word, one name
        latin = "".join(letter if letter.isascii() else table.get(letter, "") for letter in word)
        if system == "english" and word[0] in "єюяїй":
            first = {"є": "ye", "ю": "yu", "я": "ya", "ї": "yi", "й": "y"}[word[0]]
            latin = first + "".join(table.get(letter, "") for letter in word[1:])
        words.append(latin.capitalize())
    return " ".join(words)
