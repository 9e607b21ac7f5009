import { elementsOf } from '../fhir/definitions.ts';
import { decimalOf } from '../mapping/fhir-json.ts';
import type { Fragment } from '../merge/statement.ts';
import type { Finding } from './draft.ts';
import type { Mention, MentionAttribute } from './mention.ts';
import type { NoteContext } from './note.ts';
import { subjectOf } from './subject.ts';

const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Observations from a mention of a test by DetectEntitiesV2, one for each value it has there. The status is `preliminary`,
 * and no time is stated: the note does not say when the test was taken.
 */
export function observationFindings(note: NoteContext, mention: Mention): readonly Finding[] {
  const values = mention.attributes.filter((attribute) => attribute.type === 'TEST_VALUE');
  const units = mention.attributes.filter(
    (attribute) => attribute.type === 'TEST_UNIT' || attribute.type === 'TEST_UNITS',
  );
  return values.map((value) => {
    const unit = unitOf(value, values, units);
    return {
      type: 'Observation',
      key: ['test', normal(mention.text), normal(value.text), normal(unit)],
      mention,
      body: {
        status: 'preliminary',
        code: { text: mention.text },
        ...subjectOf(note, 'encounter'),
        ...valueFrom(value.text, unit),
        ...derivedFrom(note),
      },
    };
  });
}

/** A unit belongs to the last value before it. */
function unitOf(
  value: MentionAttribute,
  values: readonly MentionAttribute[],
  units: readonly MentionAttribute[],
): string {
  const next = values.filter((other) => other.begin > value.begin).map((other) => other.begin);
  const end = Math.min(...next);
  return units.find((unit) => unit.begin >= value.end && unit.begin < end)?.text ?? '';
}

/**
 * A number with a unit is a quantity that keeps its digits; anything else stays text. The unit is only worded: no UCUM
 * code is claimed for a unit read from prose (SEMANTICS 9).
 */
function valueFrom(text: string, unit: string): Fragment {
  const value = decimal.test(text) ? decimalOf(text) : undefined;
  if (value !== undefined && unit !== '') return { valueQuantity: { value, unit } };
  return { valueString: unit === '' ? text : `${text} ${unit}` };
}

/** R4 lets an Observation derive from few types; for a note held elsewhere the mention's extension alone points to it. */
function derivedFrom(note: NoteContext): Fragment {
  const targets = elementsOf('Observation')?.find((rule) => rule.name === 'derivedFrom')?.types[0]?.targets ?? [];
  const type = note.resource.slice(0, note.resource.indexOf('/'));
  return targets.includes(type) ? { derivedFrom: [{ reference: note.resource }] } : {};
}

function normal(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
