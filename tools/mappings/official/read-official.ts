import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Kinds of official maps, and the folder of each. */
export const kinds = ['messages', 'segments', 'datatypes', 'tables'] as const;
export type Kind = (typeof kinds)[number];

const folderOf: Readonly<Record<Kind, string>> = {
  messages: 'messages',
  segments: 'segments',
  datatypes: 'datatypes',
  tables: 'codesystems',
};

/**
 * One row of an official table that has a target. Its key is the place and its number among the rows of that place which
 * have a target, in the order of the file: `PID-7.r2`, `CX.4.r1`, `PID.r1` of a message, `F.r1` of a code table.
 */
export interface OfficialRow {
  readonly key: string;
  /** The FHIR path as written; of a code table the code. */
  readonly target: string;
  /** System of a target code; '' elsewhere. */
  readonly system: string;
  /** Only proposed: FHIR has no such element yet. */
  readonly proposed: boolean;
  /** The segment map that a row of a message names; the datatype map that another row names. */
  readonly via: string;
}

export interface OfficialMap {
  readonly kind: Kind;
  /** `PID[Patient]`, as other maps name it. */
  readonly name: string;
  readonly rows: readonly OfficialRow[];
  /** Source codes of a code table that have no target. */
  readonly untargeted: readonly string[];
}

/** Whether the official tables lie there; the product and its checks do without them. */
export function hasOfficialTables(root: string): boolean {
  return existsSync(join(root, folderOf.segments));
}

/** Reads all official maps by column position: some files miss or rename cells of their two header rows. */
export function readOfficialTables(root: string): readonly OfficialMap[] {
  return kinds.flatMap((kind) =>
    readdirSync(join(root, folderOf[kind]))
      .filter((file) => file.endsWith('.csv'))
      .toSorted()
      .map((file) => readMap(kind, nameOf(file), readFileSync(join(root, folderOf[kind], file), 'utf8'))),
  );
}

// `HL7 Segment - FHIR R4_ PID[Patient] - PID.csv`; names hold hyphens, but none between spaces.
function nameOf(file: string): string {
  return /_ ?(.+?) - /.exec(file)?.[1] ?? file;
}

/** Reads one map from the text of its file. */
export function readMap(kind: Kind, name: string, text: string): OfficialMap {
  const lines: string[][] = parse(text, { bom: true, relax_column_count: true, relax_quotes: true });
  const cells = lines.slice(2).map((line) => line.map((cell) => cell.trim()));
  const number = new Map<string, number>();
  const rows: OfficialRow[] = [];
  const untargeted: string[] = [];
  let place = '';
  for (const line of cells) {
    place = placeOf(kind, name, line, place);
    const row = readers[kind](line);
    // A target without a source code maps nothing: those rows only complete the target's code system.
    if (place === '') continue;
    if (row === undefined) {
      if (kind === 'tables') untargeted.push(place);
      continue;
    }
    const count = (number.get(place) ?? 0) + 1;
    number.set(place, count);
    rows.push({ key: `${place}.r${count}`, ...row });
  }
  return { kind, name, rows, untargeted };
}

// A row without an identifier goes on with the one above it, or speaks for the whole segment.
function placeOf(kind: Kind, name: string, line: readonly string[], before: string): string {
  if (kind === 'tables') return line[0] ?? '';
  const identifier = (line[1] ?? '').replaceAll(/\s/g, '');
  if (identifier !== '') return kind === 'messages' ? identifier.replace(`${name}.`, '') : identifier;
  return before === '' ? (name.split('[')[0] ?? name) : before;
}

type Reader = (line: readonly string[]) => Omit<OfficialRow, 'key'> | undefined;

// Sheets of code tables come in three widths: older ones lack unnamed columns and one of the condition's.
const readers: Readonly<Record<Kind, Reader>> = {
  messages: (line) => targeted(line[9], '', line[10]),
  segments: readField,
  datatypes: readField,
  tables: (line) => {
    const [code = 6, system = 9] = line.length >= 10 ? [6, 9] : line.length === 9 ? [6, 8] : [5, 7];
    return targeted(line[code], line[system] ?? '', '');
  },
};

function readField(line: readonly string[]): Omit<OfficialRow, 'key'> | undefined {
  const target = targeted(line[9], '', line[14]);
  if (target !== undefined) return target;
  const proposed = targeted(line[10], '', line[14]);
  return proposed === undefined ? undefined : { ...proposed, proposed: true };
}

function targeted(
  target: string | undefined,
  system: string,
  via: string | undefined,
): Omit<OfficialRow, 'key'> | undefined {
  if (target === undefined || target === '') return undefined;
  return { target, system, proposed: false, via: via ?? '' };
}
