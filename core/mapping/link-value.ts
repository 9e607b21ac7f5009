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

/** Puts a code table behind a function: its codes become codes, codings or concepts, as the target wants them. */
export function linkTable(rule: Rule, read: Read, table: CodeTable): Read {
  const codes = new Map(Object.entries(table.codes));
  switch (rule.type) {
    case 'code':
      return (args, run) => mappedCode(args[0], run, codes, table);
    case 'string':
      return (args, run) => mappedText(args[0], run, codes, table);
    case 'Coding':
      return (args, run, argument) =>
        mappedCoding(
          args[0],
          run,
          codes,
          table,
          rule.via.name === 'text' ? undefined : (): unknown => read(args, run, argument),
        );
    default:
      return (args, run, argument) =>
        mappedConcept(
          args,
          run,
          codes,
          table,
          rule.via.name === 'text' ? undefined : (): unknown => read(args, run, argument),
        );
  }
}

function lookUp(
  place: Place | undefined,
  run: Run,
  codes: ReadonlyMap<string, CodeRow>,
  table: CodeTable,
): CodeRow | undefined {
  const code = place?.text() ?? '';
  const row = codes.get(code);
  if (row === undefined) run.issue('code-unmapped', place?.path() ?? '');
  else run.trace?.wrote(table.name, code);
  return row;
}

function mappedCode(
  place: Place | undefined,
  run: Run,
  codes: ReadonlyMap<string, CodeRow>,
  table: CodeTable,
): unknown {
  const code = codeForm(place?.text() ?? '');
  if (code === '') return undefined;
  const row = lookUp(place, run, codes, table);
  return row === undefined ? new UnmappedCode(code) : row.code;
}

// An element of text keeps what its table does not know.
function mappedText(
  place: Place | undefined,
  run: Run,
  codes: ReadonlyMap<string, CodeRow>,
  table: CodeTable,
): string | undefined {
  const code = codeForm(place?.text() ?? '');
  return code === '' ? undefined : (lookUp(place, run, codes, table)?.code ?? code);
}

function mappedCoding(
  place: Place | undefined,
  run: Run,
  codes: ReadonlyMap<string, CodeRow>,
  table: CodeTable,
  read: (() => unknown) | undefined,
): unknown {
  const code = codeForm(place?.text() ?? '');
  if (code === '') return undefined;
  const row = lookUp(place, run, codes, table);
  // What the table does not know stays as the sender stated it.
  return row === undefined ? (read?.() ?? { code }) : codingOf(row, table);
}

function codingOf(row: CodeRow, table: CodeTable): Coding {
  const system = row.system ?? table.target;
  const coding: Coding = system === '' ? { code: row.code } : { system, code: row.code };
  if (row.display !== undefined) coding['display'] = row.display;
  return coding;
}

// The mapped coding stands first; what the sender wrote stays beside it, unless it is the same code without a system.
function mappedConcept(
  args: readonly Place[],
  run: Run,
  codes: ReadonlyMap<string, CodeRow>,
  table: CodeTable,
  read: (() => unknown) | undefined,
): unknown {
  const code = codeForm(args[0]?.text() ?? '');
  const stated = read?.() as { coding?: Coding[]; text?: string } | undefined;
  if (code === '') return stated;
  // What the sender already says in the table's own target needs no row.
  if (!codes.has(code) && table.target !== '' && stated?.coding?.some(({ system }) => system === table.target))
    return stated;
  const row = lookUp(args[0], run, codes, table);
  if (row === undefined && table.closed === true) return new UnmappedCode(code);
  if (row === undefined) return stated ?? { coding: [{ code }] };
  const mapped = codingOf(row, table);
  if (stated === undefined) return { coding: [mapped] };
  const others = (stated.coding ?? []).filter((other) => !isSame(other, code, mapped));
  return { ...stated, coding: [mapped, ...others] };
}

function isSame(other: Coding, stated: string, mapped: Coding): boolean {
  if (other['code'] !== stated && other['code'] !== mapped['code']) return false;
  return other['system'] === undefined || other['system'] === mapped['system'];
}
