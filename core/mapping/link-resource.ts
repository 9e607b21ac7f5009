import { Draft } from './draft.ts';
import { DraftSink } from './draft-sink.ts';
import type { Place } from './place.ts';
import type { DatatypeMap } from './rule.ts';
import type { Run } from './run.ts';
import type { ResourceRows } from './straight.ts';

/**
 * A datatype map that makes a resource of its own (XCN -> Practitioner) and refers to it. Without an identifier and its
 * authority there is no resource: the reference only shows (SEMANTICS 3.8).
 */
export function linkResource(map: DatatypeMap, rows: ResourceRows): (place: Place, run: Run) => unknown {
  return (place, run) => {
    const draft = new Draft(map.type, '', 1);
    const told = run.trace?.explanations.length ?? 0;
    rows(place, run, new DraftSink(draft, run));
    const id = map.part === true ? partId(draft, place, run) : idOf(draft, run);
    run.trace?.attribute(told, id === undefined ? `${map.type} (shown only)` : `${map.type}/${id}`);
    return referenceTo(draft, id, run);
  };
}

function referenceTo(draft: Draft, id: string | undefined, run: Run): unknown {
  const display = displayOf(draft);
  if (id === undefined) return display === '' ? undefined : { display };
  const made = run.draft(draft.type, id, 1);
  for (const slot of Object.keys(draft.slots)) made.slots[slot] ??= draft.slots[slot] as Draft['slots'][string];
  return { reference: made.key, ...(display === '' ? {} : { display }) };
}

// A part has no number of its own: it is told apart by the resource that holds it and its place in the field.
function partId(draft: Draft, place: Place, run: Run): string | undefined {
  const { holder } = run;
  if (holder === undefined || Object.keys(draft.slots).length === 0) return undefined;
  const id = run.setting.id(draft.type, 'part', holder.key, String(place.repetition));
  run.parts.push(run.draft(draft.type, id, holder.authority));
  return id;
}

interface Identifier {
  readonly system?: string;
  readonly value?: string;
}

function idOf(draft: Draft, run: Run): string | undefined {
  const list = draft.slots['identifier']?.value?.['identifier'] as readonly Identifier[] | undefined;
  const { system, value } = list?.[0] ?? {};
  if (system === undefined || value === undefined) return undefined;
  return run.setting.id(draft.type, run.setting.namespaces.tokenOf(system), value);
}

interface Name {
  readonly prefix?: readonly string[];
  readonly given?: readonly string[];
  readonly family?: string;
  readonly suffix?: readonly string[];
}

function displayOf(draft: Draft): string {
  const name = draft.slots['name']?.value?.['name'] as string | readonly Name[] | undefined;
  if (typeof name === 'string') return name;
  const device = draft.slots['deviceName']?.value?.['deviceName'] as readonly { name?: string }[] | undefined;
  if (device !== undefined) return device[0]?.name ?? '';
  const { prefix = [], given = [], family = '', suffix = [] } = name?.[0] ?? {};
  return [...prefix, ...given, family, ...suffix].filter((part) => part !== '').join(' ');
}
