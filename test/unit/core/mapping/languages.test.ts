import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import type { CompiledFeed } from '../../../../core/mapping/feed.ts';
import { compileFeed } from '../../../../core/mapping/feed.ts';
import { bytesOf, sha256 } from './fixtures.ts';
import { faultsOf } from './rendered.ts';

const feed = (codes: Record<string, unknown>): CompiledFeed => {
  const text = { feed: 'f', tenant: 't', format: 'hl7v2', zone: 'Europe/Berlin', codes };
  const compiled = compileFeed({ ...text, patient: [{ type: 'MR', authority: 'NORTH' }] }, 'feed.yaml');
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return compiled.value;
};

const languageOf = (field: string, codes: Record<string, unknown> = {}) => {
  const lines = [
    'MSH|^~\\&|A|B|C|D|20240305101500+0100||ADT^A31|1|P|2.5',
    'EVN|A31|20240305101500+0100',
    `PID|1||4711^^^NORTH^MR||Larch^Ines||||||||||${field}`,
  ];
  const conversion = createConverter(feed(codes), { sha256 }).convertMessage(bytesOf(`${lines.join('\r')}\r`));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  expect(faultsOf(conversion)).toEqual([]);
  const slots = conversion.resources.find(({ type }) => type === 'Patient')?.slots;
  const communication = slots?.['communication']?.value?.['communication'];
  const unmapped = conversion.issues.some(({ code, path }) => code === 'code-unmapped' && path?.startsWith('PID-15'));
  return { communication, unmapped };
};

test('PID-15 of a code that the feed maps is of BCP 47, with what the sender wrote beside it', () => {
  const { communication, unmapped } = languageOf('SPA^Spanish^HL70296', { 'HL70296-PrimaryLanguage': { SPA: 'es' } });
  expect(unmapped).toBe(false);
  expect(communication).toMatchObject([
    { language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }, { code: 'SPA' }] } },
  ]);
});

test('PID-15 that names ISO 639 needs no row', () => {
  const { communication, unmapped } = languageOf('es^Spanish^ISO639-1');
  expect(unmapped).toBe(false);
  expect(communication).toMatchObject([{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] } }]);
});

test.each(['SPA^Spanish', 'spa^Spanish^ISO639', 'es'])('PID-15 %s is a code of ISO 639', (field) => {
  const { communication, unmapped } = languageOf(field);
  expect(unmapped).toBe(false);
  expect(communication).toMatchObject([{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] } }]);
});

test.each(['S^Spanish', 'SP^Spanish^HL70296', '07'])('PID-15 %s claims no language that nobody named', (field) => {
  const { communication, unmapped } = languageOf(field);
  expect(unmapped).toBe(true);
  expect(JSON.stringify(communication)).not.toContain('urn:ietf:bcp:47');
});
