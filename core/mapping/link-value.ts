import type { Read } from './functions.ts';
import type { Place } from './place.ts';
import { codeForm } from './place.ts';
import type { CodeRow, CodeTable, Rule } from './rule.ts';
import type { Run } from './run.ts';

/** A code that its table does not know, at an element that takes codes alone: it is kept beside the element. */
export class UnmappedCode {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }

  /** FHIR's extension for a code that a required value set has no place for. No system is claimed for an unknown code. */
  get extension(): Record<string, unknown> {
    return {
      url: 'http://hl7.org/fhir/StructureDefinition/alternate-codes',
      valueCodeableConcept: { coding: [{ code: this.code }] },
    };
  }
}

type Coding = Record<string, string>;

/** A code table with a feed's own codes in it; the codes are read when the first of them is looked up. */
export class LinkedTable {
  readonly name: string;
  readonly target: string;
  readonly closed: boolean;
  readonly #table: CodeTable;
  #codes: ReadonlyMap<string, CodeRow> | undefined;

  constructor(table: CodeTable) {
    this.name = table.name;
    this.target = table.target;
    this.closed = table.closed === true;
    this.#table = table;
  }

  get codes(): ReadonlyMap<string, CodeRow> {
    this.#codes ??= new Map(Object.entries(this.#table.codes));
    return this.#codes;
  }
}

/** Puts a code table behind a function: its codes become codes, codings or concepts, as the target wants them. */
export function linkTable(rule: Rule, read: Read, table: LinkedTable): Read {
  const reads = rule.via.name !== 'text';
  switch (rule.type) {
    case 'code':
      return ([place], run) => (place === undefined ? undefined : mappedCode(place, run, table));
    case 'string':
      return ([place], run) => (place === undefined ? undefined : mappedText(place, run, table));
    case 'Coding':
      return (args, run, argument) => {
        const [place] = args;
        if (place === undefined) return undefined;
        return mappedCoding(place, run, table, reads ? (): unknown => read(args, run, argument) : undefined);
      };
    default:
      return (args, run, argument) => {
        const [place] = args;
        if (place === undefined) return undefined;
        return mappedConcept(place, run, table, reads ? read(args, run, argument) : undefined);
      };
  }
}

function lookUp(place: Place, run: Run, table: LinkedTable): CodeRow | undefined {
  const code = place.text();
  const row = table.codes.get(code);
  if (row === undefined) run.issue('code-unmapped', place.path());
  else if (run.trace !== undefined) run.trace.wrote(table.name, code);
  return row;
}

/** A code of the target; what the table does not know is told apart. */
export function mappedCode(place: Place, run: Run, table: LinkedTable): string | UnmappedCode | undefined {
  const code = codeForm(place.text());
  if (code === '') return undefined;
  const row = lookUp(place, run, table);
  return row === undefined ? new UnmappedCode(code) : row.code;
}

/** The same for an element of text, which keeps what its table does not know. */
export function mappedText(place: Place, run: Run, table: LinkedTable): string | undefined {
  const code = codeForm(place.text());
  return code === '' ? undefined : (lookUp(place, run, table)?.code ?? code);
}

/** A coding of the target. What the table does not know stays as the sender stated it, as `read` gives it. */
export function mappedCoding(place: Place, run: Run, table: LinkedTable, read: (() => unknown) | undefined): unknown {
  const code = codeForm(place.text());
  if (code === '') return undefined;
  const row = lookUp(place, run, table);
  return row === undefined ? (read?.() ?? { code }) : codingOf(row, table);
}

function codingOf(row: CodeRow, table: LinkedTable): Coding {
  const system = row.system ?? table.target;
  const coding: Coding = system === '' ? { code: row.code } : { system, code: row.code };
  if (row.display !== undefined) coding['display'] = row.display;
  return coding;
}

/**
 * A concept: the mapped coding stands first, and what the sender wrote beside it, unless it is the same code without a
 * system. `sent` is what the function before the table read, which nobody else holds.
 */
export function mappedConcept(place: Place, run: Run, table: LinkedTable, sent: unknown): unknown {
  const code = codeForm(place.text());
  const stated = sent as { coding?: Coding[]; text?: string } | undefined;
  if (code === '') return stated;
  // What the sender already says in the table's own target needs no row.
  if (stated?.coding !== undefined && table.target !== '' && !table.codes.has(code) && speaks(stated.coding, table))
    return stated;
  const row = lookUp(place, run, table);
  if (row === undefined) return table.closed ? new UnmappedCode(code) : (stated ?? { coding: [{ code }] });
  const mapped = codingOf(row, table);
  if (stated === undefined) return { coding: [mapped] };
  const coding = [mapped];
  for (const other of stated.coding ?? []) if (!isSame(other, code, mapped)) coding.push(other);
  stated.coding = coding;
  return stated;
}

const speaks = (codings: readonly Coding[], { target }: LinkedTable): boolean =>
  codings.some(({ system }) => system === target);

function isSame(other: Coding, stated: string, mapped: Coding): boolean {
  if (other['code'] !== stated && other['code'] !== mapped['code']) return false;
  return other['system'] === undefined || other['system'] === mapped['system'];
}
