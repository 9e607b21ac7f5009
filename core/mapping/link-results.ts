import type { Hl7Segment } from '../hl7v2/message.ts';
import type { CompiledFeed, ResultsMode } from './compiled-feed.ts';
import type { Draft } from './draft.ts';
import { NULL } from './place.ts';
import type { ResultUnit, Run } from './run.ts';

/**
 * States which observations of a message belong to another one. R4's `hasMember` is its word for isolates and their
 * sensitivities as for panels (R4 10.1.5.3.1). What the message does not say is not linked: the parent must be in it, and
 * be one.
 */
export function linkResults(run: Run, feed: CompiledFeed): void {
  for (const unit of run.units) {
    if (unit.obr !== undefined && isValued(unit.obr, 26)) linkToParent(unit, unit.obr, run);
  }
  if (feed.subIds === 'dotted') linkBySubId(run);
}

const isValued = (segment: Hl7Segment, field: number): boolean => {
  const text = segment.whole(field).trim();
  return text !== '' && text !== NULL;
};

/** OBR-26 names the parent result by its OBX-3 and OBX-4, OBR-29 the order that it stands under (HL7 v2.9 4.5.3). */
function linkToParent(unit: ResultUnit, obr: Hl7Segment, run: Run): void {
  const parents = run.units.filter((other) => other.report !== unit.report && isParent(other, obr));
  const [parent] = parents;
  if (parent !== undefined && parents.length === 1) addMember(parent, unit);
  else run.issue('result-parent-unknown', `OBR[${obr.occurrence}]-26`);
}

function isParent({ obx, obr }: ResultUnit, child: Hl7Segment): boolean {
  if (obr === undefined || !isOrder(obr, child)) return false;
  const code = child.text(26, 1, 1).trim();
  const subId = child.text(26, 1, 2).trim();
  return (code !== '' || subId !== '') && (code === '' || obx.text(3).trim() === code) && obx.text(4).trim() === subId;
}

// The filler's number tells the order, else the placer's; without either any order of the message may be meant.
function isOrder(obr: Hl7Segment, child: Hl7Segment): boolean {
  const [placer, filler] = [child.text(29, 1, 1).trim(), child.text(29, 1, 2).trim()];
  if (filler !== '') return obr.text(3).trim() === filler;
  return placer === '' || obr.text(2).trim() === placer;
}

/** In a feed whose sub-ids are dotted, `1.2` belongs to the observation of sub-id `1` in its report, if there is one. */
function linkBySubId(run: Run): void {
  for (const unit of run.units) {
    const head = /^(.+)\.[^.]+$/.exec(unit.obx.text(4).trim())?.[1];
    if (head === undefined || unit.report === undefined) continue;
    const heads = run.units.filter((other) => other.report === unit.report && other.obx.text(4).trim() === head);
    if (heads[0] !== undefined && heads.length === 1) addMember(heads[0], unit);
  }
}

// A slot for each member, so that a later message adds to them; one that was withdrawn is a member no longer.
function addMember(parent: ResultUnit, { draft, obx }: ResultUnit): void {
  const slot = `hasMember#${draft.id}`;
  const from = `OBX[${obx.occurrence}]`;
  if (draft.status === 'entered-in-error') parent.draft.state(slot, null, from);
  else parent.draft.state(slot, { hasMember: [{ reference: draft.key }] }, from);
}

/**
 * In a feed of snapshots a report states the full set of its observations, so that the store can tell which it no longer
 * holds (SEMANTICS 5.2). A report without any observation states none of it.
 */
export function stateFullResults(run: Run, feed: CompiledFeed): void {
  if (feed.results === 'accumulate') return;
  for (const draft of run.drafts.values()) {
    if (draft.type !== 'DiagnosticReport' || modeOf(draft, run, feed) === 'accumulate') continue;
    const listed = Object.entries(draft.slots).filter(([slot]) => slot.startsWith('result#'));
    const ids = listed.map(([slot]) => `Observation/${slot.slice('result#'.length)}`).toSorted();
    if (ids.length > 0) draft.state('list#result', { ids }, listed[0]?.[1].from ?? '');
  }
}

// A report may stand in several OBR; the first that has a result says what it is of.
function modeOf(report: Draft, { units }: Run, { results }: CompiledFeed): ResultsMode {
  if (typeof results === 'string') return results;
  const obr = units.find((unit) => unit.report === report)?.obr;
  const section = obr?.text(24).trim() ?? '';
  const [service, alternate] = [1, 4].map((component) => obr?.text(4, 1, component).trim() ?? '');
  return (
    wordFor(service, results.services) ??
    wordFor(alternate, results.services) ??
    wordFor(section, results.sections) ??
    results.default
  );
}

const wordFor = (code = '', words: Readonly<Record<string, ResultsMode>>): ResultsMode | undefined =>
  Object.hasOwn(words, code) ? words[code] : undefined;
