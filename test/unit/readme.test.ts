import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plan } from '../../core/mapping/generated/plan.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** `S12 to S22` as its events. */
function eventsOf(first: string, last: string): readonly string[] {
  const [, letters = '', from = ''] = /^([A-Z]+)(\d+)$/.exec(first) ?? [];
  const to = Number(/\d+$/.exec(last)?.[0]);
  const count = to - Number(from) + 1;
  return Array.from({ length: count }, (_, at) => letters + String(Number(from) + at).padStart(from.length, '0'));
}

/** `SIU S12 to S22, S26, MDM T01` as message types. */
function typesOf(text: string): readonly string[] {
  let code = '';
  return text.split(', ').flatMap((part) => {
    const [, named, first = '', last = first] = /^(?:([A-Z]{3}) )?([A-Z]+\d+)(?: to ([A-Z]+\d+))?$/.exec(part) ?? [];
    code = named ?? code;
    return eventsOf(first, last).map((event) => `${code}^${event}`);
  });
}

test('the README lists exactly the message types that a table maps', () => {
  const rows = [...readme.matchAll(/^\| (ADT|[a-z, ]+) \| ((?:[A-Z]{3} )?[A-Z]+\d+(?: to|,).*) \|$/gm)];
  const listed = rows.flatMap(([, group = '', events = '']) => typesOf(group === 'ADT' ? `ADT ${events}` : events));
  const mapped = plan.messages.filter(({ envelopeOnly }) => envelopeOnly !== true).flatMap(({ types }) => types);
  expect(listed.length).toBeGreaterThan(90);
  expect(listed.toSorted()).toEqual(mapped.toSorted());
});
