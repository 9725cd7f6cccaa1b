-- A word diff of any two texts in plain SQL: the shortest one (Myers 1986), by steps of one word more. Words are compared by hash.

CREATE OR REPLACE MACRO state.diff_words(text_of) AS regexp_extract_all(coalesce(text_of, ''), '\S+');
COMMENT ON MACRO state.diff_words IS 'What stands between white space.';

CREATE OR REPLACE MACRO state.diff_run(a, b) AS coalesce(
    list_position(list_transform(list_zip(a, b, true), lambda pair: pair[1] = pair[2]), false) - 1,
    least(len(a), len(b))
)::INTEGER;
COMMENT ON MACRO state.diff_run IS 'How many items from the front two lists share.';

-- Most runs are empty or of one word: to cut the lists for them would be nine tenths of the work.
CREATE OR REPLACE MACRO state.diff_onward(a, b, x, y) AS CASE
    WHEN x = len(a) OR a[x + 1] IS DISTINCT FROM b[y + 1] THEN x
    WHEN a[x + 2] IS DISTINCT FROM b[y + 2] THEN x + 1
    ELSE x + state.diff_run(a[x + 1:], b[y + 1:])
END;
COMMENT ON MACRO state.diff_onward IS 'How far one comes in the first list from x, and in the second from y, over items they share.';

-- Diagonal k = x - y; with d edits k is -d, -d + 2 … d, and the list holds the furthest x of each.
CREATE OR REPLACE MACRO state.diff_furthest(a, b, before, d) AS list_transform(
    list_transform(range(0, d + 1), lambda i: {'k': 2 * i - d, 'x': greatest(before[i + 1], before[i] + 1)}),
    lambda point: CASE WHEN point.x <= len(a) AND point.x - point.k <= len(b) THEN state.diff_onward(a, b, point.x, point.x - point.k) END::INTEGER
);
COMMENT ON MACRO state.diff_furthest IS 'The furthest points that d edits reach, from those of d - 1.';

-- What an inner lambda needs goes into a struct of its own: a captured column is copied for each item.
CREATE OR REPLACE MACRO state.diff_trail(a, b, most) AS list_reduce(
    list_transform(
        range(1, CASE WHEN abs(len(a) - len(b)) > most THEN 1 ELSE least(most, len(a) + len(b), 500)::BIGINT + 1 END),
        lambda d: {'d': d::INTEGER, 'furthest': CAST([] AS INTEGER[]), 'trail': CAST([] AS INTEGER[][]), 'is_through': false}
    ),
    lambda state, step: CASE
        WHEN state.is_through THEN state
        ELSE list_transform(
            [{'a': a, 'b': b, 'd': step.d, 'furthest': state.furthest, 'trail': state.trail}],
            lambda own: list_transform(
                [state.diff_furthest(own.a, own.b, own.furthest, own.d)],
                lambda found: {
                    'd': own.d,
                    'furthest': found,
                    'trail': list_append(own.trail, found),
                    'is_through': coalesce(
                        abs(len(own.a) - len(own.b)) <= own.d AND (len(own.a) - len(own.b) + own.d) % 2 = 0
                        AND found[(len(own.a) - len(own.b) + own.d) // 2 + 1] = len(own.a),
                        false
                    )
                }
            )[1]
        )[1]
    END,
    list_transform(
        [state.diff_run(a, b)],
        lambda x: {'d': 0::INTEGER, 'furthest': [x], 'trail': [[x]], 'is_through': x = len(a) AND x = len(b)}
    )[1]
);
COMMENT ON MACRO state.diff_trail IS 'The furthest points by number of edits, up to the one that comes through.';

CREATE OR REPLACE MACRO state.diff_edits(a, b, trail) AS list_sort(list_reduce(
    list_transform(
        list_reverse(range(1, len(trail))),
        lambda d: {'d': d::INTEGER, 'i': 0::INTEGER, 'edits': CAST([] AS STRUCT(step INTEGER, x INTEGER, y INTEGER, is_added BOOLEAN)[])}
    ),
    lambda state, level: list_transform(
        [{
            'd': level.d,
            'i': state.i,
            'edits': state.edits,
            'k': 2 * (state.i - 1) - level.d,
            'x': greatest(trail[level.d][state.i], trail[level.d][state.i - 1] + 1),
            'is_added': coalesce(trail[level.d][state.i] > trail[level.d][state.i - 1] + 1, trail[level.d][state.i] IS NOT NULL)
        }],
        lambda point: {
            'd': point.d,
            'i': (point.i - (NOT point.is_added)::INTEGER)::INTEGER,
            'edits': list_append(
                point.edits,
                {'step': (2 * point.x - point.k)::INTEGER, 'x': point.x::INTEGER, 'y': (point.x - point.k)::INTEGER, 'is_added': point.is_added}
            )
        }
    )[1],
    {
        'd': 0::INTEGER,
        'i': ((len(a) - len(b) + len(trail) - 1) // 2 + 1)::INTEGER,
        'edits': CAST([] AS STRUCT(step INTEGER, x INTEGER, y INTEGER, is_added BOOLEAN)[])
    }
).edits);
COMMENT ON MACRO state.diff_edits IS 'The edits of a trail in order: a word of the first list at x that is gone, or one of the second at y that was added.';

-- Edits with no common word between them are steps one apart, so step minus place in the list tells one change from another.
CREATE OR REPLACE MACRO state.diff_grouped(old_words, new_words, edits) AS list_transform(
    list_sort(list_distinct(list_transform(edits, lambda edit, i: edit.step - i))),
    lambda change: list_transform(
        [list_filter(edits, lambda edit, i: edit.step - i = change)],
        lambda own: {
            'removed': array_to_string(list_transform(list_filter(own, lambda edit: NOT edit.is_added), lambda edit: old_words[edit.x]), ' '),
            'added': array_to_string(list_transform(list_filter(own, lambda edit: edit.is_added), lambda edit: new_words[edit.y]), ' '),
            'context': array_to_string(
                old_words[greatest(own[1].x - 4 - (NOT own[1].is_added)::INTEGER, 1):own[1].x - (NOT own[1].is_added)::INTEGER],
                ' '
            )
        }
    )[1]
);
COMMENT ON MACRO state.diff_grouped IS 'Edits put together to changes.';

CREATE OR REPLACE MACRO main.word_changes(old_text, new_text, most := 200) AS list_transform(
    [{'old': state.diff_words(old_text), 'new': state.diff_words(new_text)}],
    lambda words: list_transform(
        [{'old': words.old, 'new': words.new, 'a': list_transform(words.old, lambda word: hash(word)), 'b': list_transform(words.new, lambda word: hash(word))}],
        lambda pair: list_transform(
            [{'old': pair.old, 'new': pair.new, 'a': pair.a, 'b': pair.b, 'found': state.diff_trail(pair.a, pair.b, most)}],
            lambda all_of: CASE
                WHEN all_of.found.is_through
                    THEN state.diff_grouped(all_of.old, all_of.new, state.diff_edits(all_of.a, all_of.b, all_of.found.trail))
                ELSE [{'removed': array_to_string(all_of.old, ' '), 'added': array_to_string(all_of.new, ' '), 'context': ''}]
            END
        )[1]
    )[1]
)[1];
COMMENT ON MACRO main.word_changes IS 'What changed between two texts, as a list of structs removed, added, context (the words before); the fewest words that can be changed. With more than 200 of them (most := …, 500 at the utmost) one change: all removed, all added.';

CREATE OR REPLACE MACRO main.word_diff(old_text, new_text, most := 200) AS array_to_string(
    list_transform(
        main.word_changes(old_text, new_text, most := most),
        lambda change: concat_ws(' ', nullif(change.context, ''), '[-' || nullif(change.removed, '') || '-]', '{+' || nullif(change.added, '') || '+}')
    ),
    ' … '
);
COMMENT ON MACRO main.word_diff IS 'The same in one line: words before, [-removed-] {+added+}, parted by dots; empty where the words are the same.';
