import { elementsOf } from '../core/mapping/elements.ts';
import type { Explanation } from '../core/mapping/trace.ts';
import type { ResourceState } from '../core/merge/merge.ts';
import { type Resource, renderState } from '../core/merge/render.ts';
import type { ReasonCode } from '../core/reasons.ts';

/** One element of a resource, and who said it. */
export interface ExplainedElement {
  /** `Patient/<id>`. */
  readonly resource: string;
  /** `Patient.name[0].family`; the slot's name where a slot is no element: a visit's event, or a slot that was cleared. */
  readonly element: string;
  /** Key of the row, or `engine`, `rendering` (a default, or what follows from a visit's events) or `clear` (HL7's `""`). */
  readonly row: string;
  /** `PID-5[2].1`, `OBX[3]-5`, `patients.LAST`; empty when nothing of the message was read. */
  readonly from: string;
  /** Only with `reveal`: the element's value, which is patient data. */
  readonly value?: unknown;
}

interface Said {
  readonly row: string;
  readonly from: string;
}

/** Every element of the resources of one message with the row and the place it came from; values only with `reveal`. */
export function explain(
  states: readonly ResourceState[],
  explanations: readonly Explanation[],
  reveal: boolean,
): readonly ExplainedElement[] {
  const byResource = Map.groupBy(explanations, ({ resource }) => resource);
  return states.flatMap((state) => {
    const resource = `${state.type}/${state.id}`;
    return explainResource(resource, state, byResource.get(resource) ?? [], reveal);
  });
}

function explainResource(
  resource: string,
  state: ResourceState,
  explanations: readonly Explanation[],
  reveal: boolean,
): readonly ExplainedElement[] {
  const { said, silent } = saidOf(state, explanations);
  const rendered = renderState(state);
  const { resourceType: _type, id: _id, ...content } = rendered;
  const elements = elementsOf(content).map((path) => ({
    resource,
    element: `${state.type}.${path}`,
    ...(said.get(path) ?? { row: 'rendering', from: '' }),
    ...(reveal ? { value: valueAt(rendered, path) } : {}),
  }));
  return [...elements, ...silent.map((slot) => ({ resource, ...slot }))];
}

/** Who said which element of the rendered resource, and the slots that are no element of it. */
function saidOf(
  { type, slots }: ResourceState,
  explanations: readonly Explanation[],
): { said: Map<string, Said>; silent: { element: string; row: string; from: string }[] } {
  const bySlot = Map.groupBy(explanations, ({ slot }) => slot);
  const said = new Map<string, Said>();
  const silent: { element: string; row: string; from: string }[] = [];
  const lengths = new Map<string, number>();
  // Rendering joins the slots in the order of their names, and lists one after the other.
  for (const [name, { value, from }] of Object.entries(slots).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    // What follows the # may come from the message: the time of an event, the authority of a number.
    const [kind = name] = name.split('#');
    if (value === null) silent.push({ element: `${type}.${kind}`, row: 'clear', from });
    else if (/^(?:event|note)#/.test(name)) silent.push({ element: `${type}.${kind}`, row: 'engine', from });
    else place(value, rowsOf(bySlot.get(name) ?? []), engineSaid(from), lengths, said);
  }
  return { said, silent };
}

function place(
  value: object,
  rows: ReadonlyMap<string, Said>,
  otherwise: Said,
  lengths: Map<string, number>,
  said: Map<string, Said>,
): void {
  const grown = new Map(lengths);
  for (const path of elementsOf(value)) {
    const list = /^([^[]*)\[(\d+)\](.*)$/.exec(path);
    const [, name = '', at = '0', rest = ''] = list ?? [];
    const index = Number(at) + (lengths.get(name) ?? 0);
    said.set(list === null ? path : `${name}[${index}]${rest}`, rows.get(path) ?? otherwise);
    if (list !== null) grown.set(name, Math.max(grown.get(name) ?? 0, index + 1));
  }
  for (const [name, length] of grown) lengths.set(name, length);
}

// The first row that gives an element keeps it.
function rowsOf(explanations: readonly Explanation[]): ReadonlyMap<string, Said> {
  const rows = new Map<string, Said>();
  for (const { row, from, repetition, elements } of explanations) {
    for (const element of elements) {
      if (!rows.has(element)) rows.set(element, { row, from: withRepetition(from, repetition) });
    }
  }
  return rows;
}

// A reference is stated by the row of the message table that makes the resource.
function engineSaid(from: string): Said {
  return /^\w+\.r\d+$/.test(from) ? { row: from, from: '' } : { row: 'engine', from };
}

function withRepetition(from: string, repetition: number): string {
  return repetition === 1 ? from : from.replace(/-\d+/, (field) => `${field}[${repetition}]`);
}

function valueAt(resource: Resource, path: string): unknown {
  let at: unknown = resource;
  for (const step of path.split(/[.[\]]+/)) {
    if (step !== '') at = (at as Record<string, unknown>)[step];
  }
  return at;
}

/** What became of a message: `reason` and `path` say why it is not mapped. */
export interface Ended {
  readonly messageType: string;
  readonly state: 'mapped' | 'filtered' | 'dead';
  readonly reason?: ReasonCode;
  readonly path?: string;
}

/** One JSON object for a message, whatever became of it. */
export function explanationJson(
  message: number,
  { messageType, state, reason, path }: Ended,
  elements: readonly ExplainedElement[],
): string {
  return `${JSON.stringify({ message, messageType, state, reason, path, elements })}\n`;
}

/** A table for a message, one part for each resource. */
export function explanationTable(
  message: number,
  { messageType, state, reason }: Ended,
  elements: readonly ExplainedElement[],
): string {
  const lines = [`message ${message}  ${messageType}  ${state}${reason === undefined ? '' : `: ${reason}`}`];
  for (const [resource, own] of Map.groupBy(elements, (one) => one.resource)) {
    lines.push(`  ${resource}`);
    const widths = [widest(own, 'element'), widest(own, 'row'), widest(own, 'from')] as const;
    for (const { element, row, from, value } of own) {
      const cells = [element.padEnd(widths[0]), row.padEnd(widths[1]), from.padEnd(widths[2])];
      if (value !== undefined) cells.push(JSON.stringify(value));
      lines.push(`    ${cells.join('  ').trimEnd()}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function widest(elements: readonly ExplainedElement[], column: 'element' | 'row' | 'from'): number {
  return Math.max(...elements.map((one) => one[column].length));
}
