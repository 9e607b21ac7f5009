import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../core/canonical.ts';
import { emptyRoot, mergeLines } from '../../core/merge/merge.ts';
import { orderKey } from '../../core/merge/order-key.ts';
import { renderState } from '../../core/merge/render.ts';
import type { StagedLine } from '../../core/merge/statement.ts';

const slotName = fc.constantFrom('gender#stated', 'name#stated', 'telecom#home', 'birthDate#stated');
const line: fc.Arbitrary<StagedLine> = fc
  .record({
    batch: fc.constantFrom('b1', 'b2'),
    ordinal: fc.integer({ min: 1, max: 50 }),
    id: fc.constantFrom('p1', 'p2'),
    time: fc.integer({ min: -1e12, max: 2e12 }),
    authority: fc.constantFrom(1, 2),
    hash: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 20, maxLength: 20 }),
    slots: fc.uniqueArray(slotName, { minLength: 1 }),
    clears: fc.boolean(),
  })
  .map(({ batch, ordinal, id, time, authority, hash, slots, clears }) => ({
    ...{ batch, ordinal, type: 'Patient', id, root: 'Patient/p1' },
    order: orderKey({
      authority,
      time: { epochMs: time, precision: 6, sequence: 0 },
      rank: 0,
      contentHash: hash,
      mappingVersion: 1,
    }),
    // The same message says the same: what is stated is a function of the hash that stands in the order key.
    slots: Object.fromEntries(
      slots.map((name) => [
        name,
        { value: clears ? null : { [name.split('#')[0] ?? '']: `${hash}${authority}${time}` }, from: 'PID-5' },
      ]),
    ),
  }));

const settled = (lines: readonly StagedLine[]) => {
  const { resources } = mergeLines(emptyRoot('Patient/p1'), lines);
  return canonical(
    Object.values(resources)
      .map(renderState)
      .toSorted((left, right) => (left.id < right.id ? -1 : 1)),
  );
};

describe('the one law of merging (SEMANTICS 1.4)', () => {
  it('is commutative: any order of arrival gives the same store', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (lines, order) => {
        const shuffled = lines
          .map((entry) => [order.next().value, entry] as const)
          .toSorted(([left], [right]) => left - right);
        expect(settled(shuffled.map(([, entry]) => entry))).toBe(settled(lines));
      }),
    );
  });

  it('is associative: merging in two packs gives what one gives', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.nat(12), (lines, cut) => {
        const first = mergeLines(emptyRoot('Patient/p1'), lines.slice(0, cut));
        const both = mergeLines(first, lines.slice(cut));
        expect(canonical(both)).toBe(canonical(mergeLines(emptyRoot('Patient/p1'), lines)));
      }),
    );
  });

  it('is idempotent: a replay changes nothing', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        expect(settled([...lines, ...lines])).toBe(settled(lines));
      }),
    );
  });
});

describe('order keys', () => {
  const parts = fc.record({
    authority: fc.constantFrom(1, 2),
    epochMs: fc.integer({ min: -6e13, max: 4e12 }),
    precision: fc.integer({ min: 1, max: 7 }),
  });
  const key = ({ authority, epochMs, precision }: { authority: number; epochMs: number; precision: number }) =>
    orderKey({
      authority,
      time: { epochMs, precision, sequence: 0 },
      rank: 0,
      contentHash: '0'.repeat(20),
      mappingVersion: 1,
    });

  it('compare as authority, then time, then precision (SEMANTICS 2.1 to 2.3)', () => {
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const byNumbers =
          left.authority - right.authority || left.epochMs - right.epochMs || left.precision - right.precision;
        expect(Math.sign(byNumbers)).toBe(key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0);
      }),
    );
  });
});
