import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { writePlan } from '../../../../core/mapping/compile/write-plan.ts';
import { plan } from '../../../../core/mapping/generated/plan.ts';
import { planText } from '../../../../core/mapping/generated/plan-text.js';
import { Linker } from '../../../../core/mapping/link.ts';
import { linkPlan } from '../../../../core/mapping/plan.ts';
import { readPlan } from '../../../../core/mapping/read-plan.ts';
import { feedAt } from './fixtures.ts';

const feed = feedAt('mappings/feeds/default.yaml');

test('what is read part by part is the plan that was compiled', () => {
  const { version, ...whole } = plan;
  expect(createHash('sha256').update(JSON.stringify(whole)).digest('hex').slice(0, 16)).toBe(version);
});

test('a plan that is written and read is the same', () => {
  expect(readPlan(writePlan(plan))).toEqual(plan);
});

test('a text holds ASCII alone, and what it means stays', () => {
  const units = { valid: ['µg', '𝛼', '\t'], aliases: { 'a`${b}': 'Ω' } };
  const text = writePlan({ ...plan, units });
  expect(Object.values(text).join('')).toMatch(/^[\t\n -~]*$/);
  expect(readPlan(text).units).toEqual(units);
});

test('a row that structures share is written once', () => {
  const rows = plan.messages.flatMap(({ makings }) =>
    makings.map(({ key: _, each: __, ...row }) => JSON.stringify(row)),
  );
  expect(planText.makings.trim().split('\n')).toHaveLength(new Set(rows).size);
});

test('what is not asked for is not parsed', () => {
  const [map = '', other = ''] = Object.keys(plan.segments);
  const lines = planText.segments.trim().split('\n');
  const broken = readPlan({ ...planText, segments: `\n${[`${lines[0]}]`, ...lines.slice(1)].join('\n')}\n` });
  expect(broken.segments[map]?.segment).toBe(plan.segments[map]?.segment);
  expect(broken.segments[other]?.rules).toEqual(plan.segments[other]?.rules);
  expect(() => broken.segments[map]?.rules).toThrow(SyntaxError);
});

test('every message type has its structure, linked once', () => {
  const { messages } = linkPlan(feed);
  const taken = plan.messages.filter(({ envelopeOnly }) => envelopeOnly !== true);
  expect([...messages.keys()]).toEqual(taken.flatMap(({ types }) => types));
  for (const type of messages.keys()) {
    expect(messages.get(type)?.plan.types).toContain(type);
    expect(messages.get(type)).toBe(messages.get(type));
  }
  expect(messages.get('ADT^A01')).toBe(messages.get('ADT^A04'));
  expect(messages.get('ACK')).toBeUndefined();
  expect(linkPlan(feed, { envelope: true }).messages.get('ACK')?.plan.structure).toBe('ACK');
});

// A converter links a map when a segment of it comes, so none may turn out then to be one that cannot be linked.
test('every map can be linked', () => {
  for (const straight of [true, false]) {
    const linker = new Linker(new Map(Object.entries(plan.tables)), plan.datatypes, straight);
    for (const map of Object.values(plan.segments)) expect(() => linker.segment(map, []), map.name).not.toThrow();
  }
});
