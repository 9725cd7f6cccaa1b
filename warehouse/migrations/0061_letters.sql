-- Rows of before, in a transaction of their own: not every engine writes a column in the one that adds it.

UPDATE state.name_spellings SET letters = replace(key, ' ', '') WHERE contains(key, ' ');
