import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import type { CompiledFeed } from '../../../../core/mapping/feed.ts';
import { emptyRoot, mergeLines } from '../../../../core/merge/merge.ts';
import { renderState } from '../../../../core/merge/render.ts';
import { stageConversion } from '../../../../core/merge/stage.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

const feed = feedAt('test/fixtures/hl7v2/feed.yaml');
const PID = 'PID|1||12345^^^NORTH^MR';
const report = (more = ''): string => `OBR|1||F1^NORTHGEN|24323-8^Panel^LN${more}`;

function results(segments: readonly string[], over: Partial<CompiledFeed> = {}, time = '20260301083000-0600') {
  const header = `MSH|^~\\&|LAB|NORTHGEN|||${time}||ORU^R01|1|P|2.5.1`;
  const text = [header, PID, ...segments].join('\r');
  const conversion = createConverter({ ...feed, ...over }, { sha256 }).convertMessage(bytesOf(text));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  const observations = conversion.resources.filter((draft) => draft.type === 'Observation');
  const issues = conversion.issues.map(({ code, path }) => `${code} ${path}`);
  return { conversion, observations, issues, resources: conversion.resources };
}

type Results = ReturnType<typeof results>;

/** The value of the only observation that a line of OBX-2, OBX-5 and OBX-6 makes. */
function valueIn(type: string, value: string, unit = ''): unknown {
  const { observations } = results([report(), `OBX|1|${type}|X^Test^L||${value}|${unit}|||||F`]);
  expect(observations).toHaveLength(1);
  return observations[0]?.slots['value']?.value;
}

function lines({ conversion }: Results, ordinal: number) {
  const staged = stageConversion(conversion, {
    ...{ batch: 'b', ordinal, hash: sha256(String(ordinal)), feed: 'f', mappingVersion: 1 },
    arrivedAt: Date.UTC(2026, 2, 2),
  });
  if (!staged.ok) throw new Error(staged.reason);
  return staged.lines;
}

/** What the store holds of the only observation, or of the report, after these messages in any order. */
function stored(type: string, ...messages: readonly Results[]) {
  const all = messages.flatMap((message, at) => lines(message, at + 1)).filter((line) => line.type === type);
  const states = [all, all.toReversed()].map((order) => Object.values(mergeLines(emptyRoot('r'), order).resources));
  expect(states[1]?.map(renderState)).toEqual(states[0]?.map(renderState));
  const [state] = states[0] ?? [];
  if (state === undefined) throw new Error('nothing is stored');
  return { state, resource: renderState(state) };
}

const quantity = (value: number, more: object = {}): object => ({ valueQuantity: { value, ...more } });

test('9 an NM with a comparator is a quantity with one, and one that is no number is text', () => {
  expect(valueIn('NM', '<10')).toEqual(quantity(10, { comparator: '<' }));
  expect(valueIn('NM', '>= 5')).toEqual(quantity(5, { comparator: '>=' }));
  expect(valueIn('NM', '5 to 6')).toEqual({ valueString: '5 to 6' });
  expect(valueIn('ST', '7.5')).toEqual({ valueString: '7.5' });
});

test('9 a structured number in each of its forms', () => {
  expect(valueIn('SN', '<^10')).toEqual(quantity(10, { comparator: '<' }));
  expect(valueIn('SN', '=^10')).toEqual(quantity(10));
  expect(valueIn('SN', '^1^:^128')).toEqual({ valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } });
  expect(valueIn('SN', '^1^/^128')).toEqual({ valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } });
  expect(valueIn('SN', '^2^-^5')).toEqual({ valueRange: { low: { value: 2 }, high: { value: 5 } } });
  expect(valueIn('SN', '^10^+')).toEqual({ valueString: '10 +' });
  expect(valueIn('SN', '<>^3')).toEqual({ valueString: '<> 3' });
  expect(valueIn('SN', '<^1^-^5')).toEqual({ valueString: '< 1 - 5' });
});

test('9 a value of a type that no row reads is text, and is told', () => {
  for (const type of ['XPN', 'XAD', 'XTN', 'CX', 'EI', 'CP', 'ZZ']) {
    const { observations, issues } = results([report(), `OBX|1|${type}|X^Test^L||a^b&c^d||||||F`]);
    expect(observations[0]?.slots['value']?.value).toEqual({ valueString: 'a^b&c^d' });
    expect(issues).toEqual(['value-unreadable OBX[1]-5']);
  }
});

test('9 the ends of OBX-7 stand beside its text, in the forms in which HL7 writes them', () => {
  const rangeOf = (text: string): unknown => {
    const { observations } = results([report(), `OBX|1|NM|X^Test^L||4||${text}||||F`]);
    const stated = observations[0]?.slots['referenceRange']?.value?.['referenceRange'];
    return (stated as readonly unknown[] | undefined)?.[0];
  };
  expect(rangeOf('3.5-5')).toEqual({ text: '3.5-5', low: { value: 3.5 }, high: { value: 5 } });
  expect(rangeOf('-3 - -1')).toEqual({ text: '-3 - -1', low: { value: -3 }, high: { value: -1 } });
  expect(rangeOf('<5')).toEqual({ text: '<5', high: { value: 5 } });
  expect(rangeOf('>=10')).toEqual({ text: '>=10', low: { value: 10 } });
  for (const text of ['negative', '3,5-5,0', 'M: 3-5', '1-2-3', '-']) expect(rangeOf(text)).toEqual({ text });
});

test('3.7 several values of one observation are components, each with its type', () => {
  expect(valueIn('NM', '5~6', 'kg')).toMatchObject({ component: [quantity(5), quantity(6)] });
  expect(valueIn('NM', '5~no~6')).toMatchObject({
    component: [{ valueQuantity: { value: 5 } }, { valueString: 'no' }, { valueQuantity: { value: 6 } }],
  });
  expect(valueIn('NM', '~6')).toMatchObject({ component: [{ valueQuantity: { value: 6 } }] });
  expect(valueIn('ST', 'one~two')).toEqual({ valueString: 'one\ntwo' });
  expect(valueIn('NA', '1^2~3^4')).toEqual({ valueString: '1^2~3^4' });
});

test('5.1 a correction from one value to several leaves nothing of the first, and back', () => {
  const one = results([report(), 'OBX|1|NM|X^Test^L||5||||||F']);
  const two = results([report(), 'OBX|1|NM|X^Test^L||6~7||||||C'], {}, '20260301093000-0600');
  expect(stored('Observation', one, two).resource).not.toHaveProperty('valueQuantity');
  const three = results([report(), 'OBX|1|NM|X^Test^L||8||||||C'], {}, '20260301103000-0600');
  expect(stored('Observation', one, two, three).resource).not.toHaveProperty('component');
});

test('5.1 a unit that carries only a status changes only the status', () => {
  const full = results([report(), 'OBX|1|NM|X^Test^L||5|kg|1-9|N|||P|||20260301080000-0600']);
  const thin = results([report(), 'OBX|1||X^Test^L||||||||U'], {}, '20260301093000-0600');
  expect(Object.keys(thin.observations[0]?.slots ?? {}).toSorted()).toEqual(['code', 'status', 'subject']);
  const before = stored('Observation', full).resource;
  const { meta: _, ...after } = stored('Observation', full, thin).resource;
  expect(after).toEqual({ ...before, meta: undefined, status: 'final' });
});

test('5.3 a value and the reason of its absence are one statement', () => {
  const value = results([report(), 'OBX|1|NM|X^Test^L||5||||||P']);
  const cancelled = results([report(), 'OBX|1|NM|X^Test^L||||||||X'], {}, '20260301093000-0600');
  expect(stored('Observation', value, cancelled).resource).not.toHaveProperty('valueQuantity');
  const found = results([report(), 'OBX|1|NM|X^Test^L||6||||||F'], {}, '20260301103000-0600');
  expect(stored('Observation', value, cancelled, found).resource).not.toHaveProperty('dataAbsentReason');
});

test('5.3 each state of OBX-11 has its status', () => {
  const states = {
    ...{ C: 'corrected', D: 'entered-in-error', F: 'final', I: 'registered', N: 'final', O: 'registered' },
    ...{ P: 'preliminary', R: 'preliminary', S: 'preliminary', U: 'final', V: 'final', W: 'entered-in-error' },
    ...{ X: 'cancelled' },
  };
  for (const [state, status] of Object.entries(states)) {
    const { observations } = results([report(), `OBX|1|NM|X^Test^L||5||||||${state}`]);
    expect(observations[0]?.slots['status']?.value, state).toEqual({ status });
  }
});

test('5.3 a file that is withdrawn with its result loses its content', () => {
  const sent = results([report(), 'OBX|1|ED|X^Test^L||^application^pdf^Base64^JVBERi0=||||||F']);
  const gone = results(
    [report(), 'OBX|1|ED|X^Test^L||^application^pdf^Base64^JVBERi0=||||||W'],
    {},
    '20260301093000-0600',
  );
  const { resource } = stored('DocumentReference', sent, gone);
  expect(resource).toMatchObject({ status: 'entered-in-error' });
  expect(JSON.stringify(resource)).not.toContain('JVBERi0=');
  expect(stored('Observation', sent, gone).resource).not.toHaveProperty('derivedFrom');
});

const culture = [
  'OBR|1|P1^CPOE|F1^NORTHGEN|600-7^Culture^LN',
  'OBX|1|CWE|600-7^Bacteria^LN|1|A^Staphylococcus^L||||||F',
  'OBX|2|CWE|600-7^Bacteria^LN|2|B^Escherichia^L||||||F',
];
const sensitivities = (filler: string, parent: string, status = 'F'): readonly string[] => [
  `OBR|2||${filler}^NORTHGEN|50545-3^Susceptibility^LN|||||||||||||||||||||F|${parent}|||P1&CPOE^F1&NORTHGEN`,
  `OBX|1|SN|28-1^Ampicillin^LN||<^1||||||${status}`,
];
const membersOf = (observation: Results['observations'][number] | undefined): readonly unknown[] =>
  Object.values(observation?.slots ?? {}).flatMap(({ value }) => (value?.['hasMember'] as unknown[] | undefined) ?? []);

test('3.7 sensitivities are members of the organism that OBR-26 and OBR-29 name', () => {
  const { observations, issues } = results([
    ...culture,
    ...sensitivities('F2', '600-7&Bacteria&LN^1'),
    ...sensitivities('F3', '600-7&Bacteria&LN^2'),
  ]);
  const [first, second, ofFirst, ofSecond] = observations;
  expect(membersOf(first)).toEqual([{ reference: `Observation/${ofFirst?.id}` }]);
  expect(membersOf(second)).toEqual([{ reference: `Observation/${ofSecond?.id}` }]);
  expect(ofFirst?.id).not.toBe(ofSecond?.id);
  expect(issues.filter((issue) => issue.startsWith('result-parent'))).toEqual([]);
});

test('3.7 a parent that the message does not hold is not guessed', () => {
  const { observations, issues } = results([...culture, ...sensitivities('F2', '600-7&Bacteria&LN^3')]);
  expect(observations.flatMap(membersOf)).toEqual([]);
  expect(issues).toContain('result-parent-unknown OBR[2]-26');
});

test('3.6 the same sensitivities under two parents are two reports', () => {
  const reports = (parent: string) =>
    results([...sensitivities('F2', parent)]).resources.filter(({ type }) => type === 'DiagnosticReport');
  expect(reports('600-7&Bacteria&LN^1')[0]?.id).not.toBe(reports('600-7&Bacteria&LN^2')[0]?.id);
});

test('3.7 a member that is withdrawn is a member no longer', () => {
  const { observations } = results([...culture, ...sensitivities('F2', '600-7&Bacteria&LN^1', 'W')]);
  const [first, , member] = observations;
  expect(first?.slots[`hasMember#${member?.id}`]?.value).toBeNull();
});

test('3.7 dotted sub-ids are an outline only where the feed says so', () => {
  const panel = [
    report(),
    'OBX|1|ST|P^Panel^L|1|a||||||F',
    'OBX|2|ST|Q^Part^L|1.1|b||||||F',
    'OBX|3|ST|Q^Part^L|1.2|c||||||F',
    'OBX|4|ST|R^Other^L|2|d||||||F',
  ];
  const plain = results(panel).observations;
  expect(plain.flatMap(membersOf)).toEqual([]);
  const dotted = results(panel, { subIds: 'dotted' }).observations;
  expect(membersOf(dotted[0])).toEqual(dotted.slice(1, 3).map(({ id }) => ({ reference: `Observation/${id}` })));
  expect(dotted.map(({ id }) => id)).toEqual(plain.map(({ id }) => id));
});

test('5.2 in a feed of snapshots a report states its full set of results, which survives staging', () => {
  const panel = [report(), 'OBX|1|NM|A^A^L||5||||||F', 'OBX|2|NM|B^B^L||6||||||F'];
  const full = results(panel, { results: 'snapshot' });
  const ids = full.observations.map(({ id }) => `Observation/${id}`).toSorted();
  const { state, resource } = stored('DiagnosticReport', full);
  expect(state.slots['list#result']?.value).toEqual({ ids });
  expect(resource).not.toHaveProperty('ids');
  const less = results(panel.slice(0, 2), { results: 'snapshot' }, '20260301093000-0600');
  const kept = less.observations.map(({ id }) => `Observation/${id}`);
  expect(stored('DiagnosticReport', full, less).state.slots['list#result']?.value).toEqual({ ids: kept });
});

test('5.2 a feed says by service or section which reports are snapshots; the service goes before the section', () => {
  const modes = {
    default: 'accumulate',
    services: { '24323-8': 'snapshot', LOCAL: 'accumulate' },
    sections: { MB: 'snapshot' },
  } as const;
  const isSnapshot = (service: string, section: string): boolean => {
    const obr = `OBR|1||F1^NORTHGEN|${service}${'|'.repeat(20)}${section}`;
    const { resources } = results([obr, 'OBX|1|NM|A^A^L||5||||||F'], { results: modes });
    const found = resources.find(({ type }) => type === 'DiagnosticReport');
    return found?.slots['list#result'] !== undefined;
  };
  expect(isSnapshot('24323-8^Panel^LN', 'CH')).toBe(true);
  expect(isSnapshot('P^Panel^L^24323-8^Panel^LN', '')).toBe(true);
  expect(isSnapshot('OTHER^Culture^L', 'MB')).toBe(true);
  expect(isSnapshot('LOCAL^Culture^L', 'MB')).toBe(false);
  expect(isSnapshot('OTHER^Panel^L', 'CH')).toBe(false);
  expect(isSnapshot('toString^Panel^L', 'constructor')).toBe(false);
});

test('5.2 in a feed that accumulates, and in a report without results, no full set is stated', () => {
  const accumulated = results([report(), 'OBX|1|NM|A^A^L||5||||||F']);
  expect(stored('DiagnosticReport', accumulated).state.slots).not.toHaveProperty('list#result');
  const thin = results([report('|||||||||||||||||||||X')], { results: 'snapshot' });
  expect(stored('DiagnosticReport', thin).state.slots).not.toHaveProperty('list#result');
});

test('OBX-5 of type ED is a document of the patient, its type that of its bytes', () => {
  const documentOf = (value: string) => {
    const { resources, issues } = results([report(), `OBX|1|ED|X^Test^L||${value}||||||F`]);
    const found = resources.find(({ type }) => type === 'DocumentReference');
    const content = found?.slots['content']?.value?.['content'] as readonly { attachment: unknown }[] | undefined;
    return { attachment: content?.[0]?.attachment, subject: found?.slots['subject']?.value, issues };
  };
  const pdf = { contentType: 'application/pdf', data: 'JVBERi0=' };
  for (const [stated, told] of [
    ['^application^pdf^Base64^JVBERi0=', false],
    ['^AP^PDF^Base64^JVBERi0=', false],
    ['^PDF^^Base64^JVBERi0=', false],
    ['^^^Base64^JVBERi0=', false],
    ['^TX^plain^Base64^JVBERi0=', true],
    ['^AP^PDF^Hex^255044462D', false],
  ] as const) {
    const { attachment, subject, issues } = documentOf(stated);
    expect(attachment, stated).toEqual(pdf);
    expect(subject).toMatchObject({ subject: { reference: expect.stringMatching(/^Patient\//) } });
    expect(issues.length > 0, stated).toBe(told);
  }
  expect(documentOf('^TEXT^plain^A^1 & 2 ^ 3').attachment).toEqual({ contentType: 'text/plain', data: 'MSAmIDIgXiAz' });
});

test('OBX-5 of type RP is kept as a pointer, whose blanks a URL cannot hold', () => {
  const { resources } = results([report(), 'OBX|1|RP|X^Test^L||https://example.org/a b.dcm^^IM^DICOM||||||F']);
  const found = resources.find(({ type }) => type === 'DocumentReference');
  expect(found?.slots['content']?.value).toEqual({
    content: [{ attachment: { url: 'https://example.org/a%20b.dcm', contentType: 'application/dicom' } }],
  });
});

test('PRT-10 is the device of its observation, and OBX-18 only where no PRT names one', () => {
  const observation = 'OBX|1|NM|X^Test^L||5||||||F|||||||OLD^NORTHGEN';
  const alone = results([report(), observation]);
  expect(alone.observations[0]?.slots['device']?.value).toMatchObject({ device: { identifier: { value: 'OLD' } } });
  const named = results([
    report(),
    observation,
    'PRT||AD||EQUIP||||||NEW^NORTHGEN',
    'PRT||AD||EQUIP||||||TOO^NORTHGEN',
  ]);
  const devices = named.resources.filter(({ type }) => type === 'Device');
  expect(named.observations[0]?.slots['device']?.value).toEqual({ device: { reference: `Device/${devices[0]?.id}` } });
  expect(devices).toHaveLength(2);
  expect(named.issues).toEqual(['value-dropped OBX[1]-18', 'value-dropped PRT[2]']);
});
