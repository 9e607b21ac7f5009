import { expect, test } from 'vitest';
import { linkPut } from '../../../../core/mapping/put.ts';
import type { Step } from '../../../../core/mapping/rule.ts';

const list = (name: string, index = 0): Step => ({ name, many: true, index });

test('a list at the end of a path takes each value as its next element', () => {
  const root = {};
  const put = linkPut([list('payor')]);
  expect([put(root, { display: 'A' }, 0, 0), put(root, { display: 'B' }, 0, 0)]).toEqual([true, true]);
  expect(root).toEqual({ payor: [{ display: 'A' }, { display: 'B' }] });
});

test('an index there holds values to one element: objects are joined, and what stands is kept', () => {
  const root = {};
  const put = linkPut([list('payor', 1)]);
  expect(put(root, { display: 'A' }, 0, 0)).toBe(true);
  expect(put(root, { reference: 'Organization/1', display: 'B' }, 0, 0)).toBe(true);
  expect(put(root, { display: 'C' }, 0, 0)).toBe(false);
  expect(root).toEqual({ payor: [{ display: 'A', reference: 'Organization/1' }] });
  expect(linkPut([list('given', 2)])(root, 'Ann', 0, 0)).toBe(true);
  expect(root).toMatchObject({ given: [{}, 'Ann'] });
});
