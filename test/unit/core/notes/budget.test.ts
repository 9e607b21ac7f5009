import { describe, expect, it } from 'vitest';
import { addCost, costOf, isAffordable, noCost } from '../../../../core/notes/budget.ts';
import { addTally, emptyTally, omissions } from '../../../../core/notes/tally.ts';

describe('what a note costs', () => {
  it('three calls over its code points', () => {
    expect(costOf('🩺 ok')).toEqual({ calls: 3, characters: 12 });
  });

  it('three calls for every piece', () => {
    expect(costOf('a '.repeat(6000))).toEqual({ calls: 6, characters: 36_000 });
  });

  it('nothing where it says nothing', () => {
    expect(costOf(' \n\t ')).toEqual(noCost);
    expect(costOf('')).toEqual(noCost);
  });

  it('is affordable up to the budget, and without bounds where none is named', () => {
    const cost = { calls: 3, characters: 300 };
    expect(isAffordable({ calls: 6, characters: 0 }, cost, { calls: 9 })).toBe(true);
    expect(isAffordable({ calls: 7, characters: 0 }, cost, { calls: 9 })).toBe(false);
    expect(isAffordable({ calls: 0, characters: 701 }, cost, { characters: 1000 })).toBe(false);
    expect(isAffordable(addCost(cost, cost), cost, {})).toBe(true);
  });
});

describe('the tally', () => {
  it('adds up by reason', () => {
    const one = { ...emptyTally(), seen: 2, omitted: { ...emptyTally().omitted, negated: 2 } };
    const other = {
      ...emptyTally(),
      seen: 3,
      produced: 1,
      repeated: 1,
      omitted: { ...emptyTally().omitted, negated: 1 },
    };
    expect(addTally(one, other)).toMatchObject({ seen: 5, produced: 1, repeated: 1, omitted: { negated: 3, past: 0 } });
    expect(Object.keys(emptyTally().omitted)).toEqual([...omissions]);
  });
});
