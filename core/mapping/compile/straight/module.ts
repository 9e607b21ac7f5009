import type { Plan } from '../../plan-shape.ts';
import type { DatatypeMap } from '../../rule.ts';
import { mapCode } from './maps.ts';

/** What the functions call, by the module that has it. */
const imports = {
  '../read/codes.ts': ['codingOf'],
  '../choice.ts': ['isFree', 'isFreeIn', 'isFreeWithin'],
  '../draft.ts': ['opened'],
  '../functions.ts': ['functions as F'],
  '../link-value.ts': ['UnmappedCode', 'mappedCode', 'mappedCoding', 'mappedConcept', 'mappedText'],
  '../place.ts': ['textOf', 'wholeOf'],
  '../put.ts': ['continued', 'elementOf', 'extensionOf', 'holdAt', 'join', 'joinHeld', 'listOf'],
  '../straight.ts': ['sinkOf'],
} as const;

/** The lines of a JavaScript module with a function for each segment and datatype map (ADR 0018). */
export function straightModule(plan: Omit<Plan, 'version'>): readonly string[] {
  const listing = mapsIntoOneSlot(plan);
  const segments = Object.values(plan.segments).map((map) => {
    const into = listing.has(map.name) ? 'sink' : 'slots';
    return mapCode({ name: map.name, segment: map.segment, each: map.each ?? 0, into }, map.rules);
  });
  const datatypes = Object.values(plan.datatypes);
  return [
    ...Object.entries(imports).map(([module, names]) => `import { ${names.join(', ')} } from '${module}';`),
    'export const segmentRows = {',
    ...segments,
    '};',
    'export const valueRows = {',
    ...datatypes.filter((map) => !map.resource).map((map) => datatypeCode(map, 'value')),
    '};',
    'export const resourceRows = {',
    ...datatypes.filter((map) => map.resource).map((map) => datatypeCode(map, 'sink')),
    '};',
  ];
}

const datatypeCode = ({ name, rules }: DatatypeMap, into: 'value' | 'sink'): string =>
  mapCode({ name, segment: '', each: 0, into }, rules);

/** Maps that fill an entry of a list, which has one slot for all that is said of it. */
function mapsIntoOneSlot({ messages, envelope }: Omit<Plan, 'version'>): ReadonlySet<string> {
  const makings = messages.flatMap((message) => message.makings);
  const listed = [...makings, ...envelope].flatMap((making) => making.listed?.map ?? []);
  const entries = makings.filter((making) => making.entry !== undefined);
  return new Set([...listed, ...entries.flatMap((making) => making.from.map((use) => use.map))]);
}
