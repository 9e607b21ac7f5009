import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { ResolvedNamespace } from '../namespaces.ts';
import { NULL } from '../place.ts';
import type { Run } from '../run.ts';

/** A number under its namespace, as ids are made of it. */
export interface KeyValue {
  readonly namespace: ResolvedNamespace;
  readonly value: string;
}

/** Tests whether a value counts as absent (SEMANTICS 3.3): listed by the feed, never guessed. */
export function dummyTest(dummies: readonly string[]): (value: string) => boolean {
  const listed = new Set(dummies.map((word) => word.toUpperCase()));
  const zeros = listed.has('ZEROS');
  return (value) => listed.has(value.toUpperCase()) || (zeros && /^0+$/.test(value));
}

/** A CX: value in component 1, assigning authority in 4. Undefined when it is empty or a dummy. */
export function readCx(
  segment: Hl7Segment,
  field: number,
  repetition: number,
  run: Run,
  isDummy: (value: string) => boolean,
): KeyValue | undefined {
  const value = segment.text(field, repetition).trim();
  if (value === '' || value === NULL || isDummy(value)) return undefined;
  const namespace = authorityOf(run, {
    name: segment.text(field, repetition, 4).trim(),
    universal: segment.text(field, repetition, 4, 2).trim(),
    kind: segment.text(field, repetition, 4, 3).trim(),
  });
  return { namespace, value: namespace.normalise(value) };
}

/** One side of an EIP: an EI whose parts are the subcomponents of component 1 (placer) or 2 (filler). */
export function readEip(
  segment: Hl7Segment,
  field: number,
  component: number,
  run: Run,
  isDummy: (value: string) => boolean,
): KeyValue | undefined {
  const [value = '', name = '', universal = '', kind = ''] = [1, 2, 3, 4].map((sub) =>
    segment.text(field, 1, component, sub).trim(),
  );
  if (value === '' || value === NULL || isDummy(value)) return undefined;
  const namespace = authorityOf(run, { name, universal, kind });
  return { namespace, value: namespace.normalise(value) };
}

/** An EI: value in component 1, its authority in 2 to 4. */
export function readEi(
  segment: Hl7Segment,
  field: number,
  run: Run,
  isDummy: (value: string) => boolean,
): KeyValue | undefined {
  const value = segment.text(field).trim();
  if (value === '' || value === NULL || isDummy(value)) return undefined;
  const namespace = authorityOf(run, {
    name: segment.text(field, 1, 2).trim(),
    universal: segment.text(field, 1, 3).trim(),
    kind: segment.text(field, 1, 4).trim(),
  });
  return { namespace, value: namespace.normalise(value) };
}

function authorityOf(run: Run, stated: { name: string; universal: string; kind: string }): ResolvedNamespace {
  const { namespaces } = run.setting;
  const { header } = run;
  if (stated.name !== '' || stated.universal !== '' || header === undefined) return namespaces.of(stated);
  return namespaces.of({ name: header.text(4), universal: header.text(4, 1, 2), kind: header.text(4, 1, 3) });
}

/** What names a concept in an id: its code and the system as sent, else its text. Never a mapped URI (SEMANTICS 3.1). */
export function conceptKey(segment: Hl7Segment, field: number): readonly string[] {
  const code = segment.text(field).trim();
  if (code !== '' && code !== NULL) return [code, segment.text(field, 1, 3).trim()];
  const text = segment.text(field, 1, 2).trim();
  return text === '' ? [] : [text, 'text'];
}

/** The parts of an id that the first valued EI of some fields makes: its role, its namespace and its number. */
export function firstNumber(
  segment: Hl7Segment,
  fields: readonly (readonly [number, string])[],
  run: Run,
  isDummy: (value: string) => boolean,
): readonly string[] | undefined {
  for (const [field, role] of fields) {
    const number = readEi(segment, field, run, isDummy);
    if (number !== undefined) return [role, number.namespace.token, number.value];
  }
  return undefined;
}
