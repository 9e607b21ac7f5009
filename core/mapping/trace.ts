import type { Hl7Segment } from '../hl7v2/message.ts';
import { elementsOf } from './elements.ts';

/** One contribution to a slot: which row of which map read which place. */
export interface Explanation {
  readonly resource: string;
  readonly slot: string;
  readonly row: string;
  readonly from: string;
  /** Repetition of the field, from 1. */
  readonly repetition: number;
  /** What the row put into the slot's fragment: `name[0].family`. Empty when an earlier row had given it already. */
  readonly elements: readonly string[];
}

/** What `--explain` and `--coverage` show: who said each slot, and populated places that no row read. */
export interface TraceReport {
  readonly explanations: readonly Explanation[];
  /** Positions such as `PID-10`, without occurrence, each once. */
  readonly unread: readonly string[];
  /** Rows that wrote an element, each once, with the map that holds them: `CWE-Coding CWE.1.r1`. */
  readonly written: readonly string[];
}

/** Collects what the rows did; only there when a converter was made with `trace`. */
export class Trace {
  readonly explanations: Explanation[] = [];
  readonly #read = new Set<string>();
  readonly #written = new Set<string>();
  #open: { readonly fragment: unknown; readonly before: ReadonlySet<string>; readonly elements: string[] } | undefined;

  read(place: string): void {
    this.#read.add(place);
  }

  /** A row of a map, a code of a table (`HL70001-AdministrativeGender F`) or a function (`via quantity`) wrote an element. */
  wrote(map: string, row: string): void {
    this.#written.add(`${map} ${row}`);
  }

  get written(): readonly string[] {
    return [...this.#written].toSorted();
  }

  /** A row is about to write into a fragment. What it wrote is told apart when the next row comes, or at the end. */
  explain(said: Omit<Explanation, 'elements'>, fragment: unknown): void {
    this.#settle();
    const elements: string[] = [];
    this.#open = { fragment, before: new Set(elementsOf(fragment)), elements };
    this.explanations.push({ ...said, elements });
  }

  #settle(): void {
    const open = this.#open;
    if (open === undefined) return;
    open.elements.push(...elementsOf(open.fragment).filter((element) => !open.before.has(element)));
    this.#open = undefined;
  }

  /** Names the resource of explanations that were given before its id was known. */
  attribute(from: number, resource: string): void {
    for (let at = from; at < this.explanations.length; at += 1) {
      this.explanations[at] = { ...(this.explanations[at] as Explanation), resource };
    }
  }

  readField(segment: Hl7Segment, field: number): void {
    this.#read.add(`${segment.position}-${field}`);
  }

  report(segments: readonly Hl7Segment[]): TraceReport {
    this.#settle();
    const unread = new Set<string>();
    for (const segment of segments) {
      for (let field = 1; field <= segment.fieldCount; field += 1) {
        if (segment.repetitions(field) > 0 && !this.#read.has(`${segment.position}-${field}`)) {
          unread.add(`${segment.name}-${field}`);
        }
      }
    }
    return { explanations: this.explanations, unread: [...unread].toSorted(), written: this.written };
  }

  reportRecord(table: string, header: readonly string[], cells: readonly string[]): TraceReport {
    this.#settle();
    const populated = header.filter((column, at) => (cells[at] ?? '').trim() !== '' && !this.#read.has(column));
    const unread = populated.map((column) => `${table}.${column}`).toSorted();
    return { explanations: this.explanations, unread, written: this.written };
  }
}
