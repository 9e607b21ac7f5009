import { expect, test } from 'vitest';
import { parseCondition } from '../../../../core/mapping/compile/condition.ts';

const home = { kind: 'segment', name: 'OBX' } as const;
const position = (field: number, component = 0) => ({ kind: 'field', segment: 'OBX', field, component, sub: 0 });

test('"and" binds tighter than "or", and "not" tighter than both', () => {
  expect(parseCondition('not OBX-2 = "NM" and OBX-5 valued or count(OBX-5) > 1', home)).toEqual({
    op: 'or',
    of: [
      {
        op: 'and',
        of: [
          { op: 'not', of: { op: 'compare', sign: '=', left: { kind: 'text', at: position(2) }, right: 'NM' } },
          { op: 'valued', at: position(5) },
        ],
      },
      { op: 'compare', sign: '>', left: { kind: 'count', at: position(5) }, right: 1 },
    ],
  });
});

test('"not in" and "not valued" negate the test they stand in', () => {
  expect(parseCondition('OBX-5.1 not in ("<", ">") and event != "A01"', home)).toEqual({
    op: 'and',
    of: [
      { op: 'not', of: { op: 'in', left: { kind: 'text', at: position(5, 1) }, values: ['<', '>'] } },
      { op: 'compare', sign: '!=', left: { kind: 'event' }, right: 'A01' },
    ],
  });
});

test.each([
  ['OBX-2', 'lacks a comparison'],
  ['OBX-2 = NM', 'double quotes'],
  ['count(OBX-5) = "1"', 'no number'],
  ['OBX-2 = "NM" OBX-3 valued', 'does not end'],
  ['(OBX-2 = "NM"', 'lacks ")"'],
  ['XPN.1 valued', 'no position here'],
  ['event valued', 'no position'],
  ['OBX-2 ~ "NM"', 'does not know'],
  ['', 'ends too early'],
])('%s is refused', (text, why) => {
  const parsed = parseCondition(text, home);
  expect('error' in parsed ? parsed.error : 'accepted').toContain(why);
});
