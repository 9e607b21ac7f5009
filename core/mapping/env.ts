import type { Hl7Segment } from '../hl7v2/message.ts';
import type { Place } from './place.ts';
import { CellPlace, FieldPlace, textOf, wholeOf } from './place.ts';
import type { Position } from './rule.ts';
import type { Run } from './run.ts';

/** Where the rows of one map stand while they run. It is made once per map and segment, and moves over repetitions. */
export interface Env {
  readonly run: Run;
  /** Repetition of the field that the running row reads. */
  repetition: number;
  /** Segment and field of the running row, whose repetition conditions look at; a segment map may read another segment. */
  segment: string;
  field: number;
  /** Whether anything stands there, or may: the cheapest question, asked of every row. */
  has(at: Position): boolean;
  count(at: Position): number;
  text(at: Position): string;
  whole(at: Position): string;
  /** The place at a position in the given repetition; undefined when its segment is not there. */
  place(at: Position, repetition: number): Place | undefined;
}

export type FindSegment = (name: string) => Hl7Segment | undefined;

/** Rows of a segment map: their own segment, and others by name. */
export class SegmentEnv implements Env {
  readonly run: Run;
  repetition = 1;
  segment = '';
  field = 0;
  readonly own: Hl7Segment;
  readonly #name: string;
  readonly #find: FindSegment;
  /** A field of the own segment of which only one repetition is there; 0 when all fields are read whole. */
  readonly #narrowed: number;
  readonly only: number;
  /** The field that was read last: its rows stand together, and it is cut once for them. */
  #last: FieldPlace | undefined;
  #lastField = 0;

  constructor(run: Run, segment: Hl7Segment, find: FindSegment, narrowed = 0, only = 1) {
    this.run = run;
    this.own = segment;
    this.#name = segment.name;
    this.#find = find;
    this.#narrowed = narrowed;
    this.only = only;
  }

  /** A repetition of a field of the own segment. */
  at(field: number, repetition: number): FieldPlace {
    return new FieldPlace(this.own, field, repetition);
  }

  /** The nearest segment of another name. */
  other(name: string): Hl7Segment | undefined {
    return this.#find(name);
  }

  #isNarrowed(at: Position): boolean {
    return this.#narrowed !== 0 && at.kind === 'field' && at.field === this.#narrowed && at.segment === this.#name;
  }

  #of(at: Position): Hl7Segment | undefined {
    if (at.kind !== 'field') return undefined;
    return at.segment === this.#name ? this.own : this.#find(at.segment);
  }

  #field(segment: Hl7Segment, field: number, repetition: number): FieldPlace {
    const last = this.#last;
    if (last?.segment === segment && this.#lastField === field && last.repetition === repetition) return last;
    const place = new FieldPlace(segment, field, repetition);
    this.#last = place;
    this.#lastField = field;
    return place;
  }

  has(at: Position): boolean {
    return at.kind === 'field' && this.#of(at)?.has(at.field) === true;
  }

  #repetitionOf(at: Position): number {
    if (this.#isNarrowed(at)) return this.only;
    return at.kind === 'field' && at.field === this.field && at.segment === this.segment ? this.repetition : 1;
  }

  count(at: Position): number {
    if (at.kind !== 'field') return 0;
    return this.#isNarrowed(at) ? 1 : (this.#of(at)?.repetitions(at.field) ?? 0);
  }

  text(at: Position): string {
    if (at.kind !== 'field') return '';
    const component = at.component === 0 ? 1 : at.component;
    return textOf(this.#of(at), at.field, this.#repetitionOf(at), component, at.sub === 0 ? 1 : at.sub);
  }

  whole(at: Position): string {
    if (at.kind !== 'field') return '';
    if (at.component !== 0) return this.text(at);
    return wholeOf(this.#of(at), at.field, this.#repetitionOf(at));
  }

  place(at: Position, repetition: number): Place | undefined {
    if (at.kind !== 'field') return undefined;
    const segment = this.#of(at);
    if (segment === undefined) return undefined;
    const own = at.segment === this.segment && at.field === this.field ? repetition : 1;
    const whole = this.#field(segment, at.field, this.#isNarrowed(at) ? this.only : own);
    return at.component === 0 ? whole : whole.child(at.component, at.sub);
  }
}

/** Rows of a datatype map: components of one value. */
export class ValueEnv implements Env {
  readonly run: Run;
  repetition = 1;
  segment = '';
  field = 0;
  readonly #base: Place;

  constructor(run: Run, base: Place) {
    this.run = run;
    this.#base = base;
  }

  has(at: Position): boolean {
    return this.text(at) !== '';
  }

  count(at: Position): number {
    return this.has(at) ? 1 : 0;
  }

  text(at: Position): string {
    return at.kind === 'component' ? this.#base.text(at.component, at.sub === 0 ? 1 : at.sub) : '';
  }

  whole(at: Position): string {
    return this.text(at);
  }

  place(at: Position): Place | undefined {
    return at.kind === 'component' ? this.#base.child(at.component, at.sub) : undefined;
  }
}

/** Rows of a CSV table: columns of one record. */
export class RecordEnv implements Env {
  readonly run: Run;
  repetition = 1;
  segment = '';
  field = 0;
  readonly #table: string;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly string[];

  constructor(run: Run, table: string, columns: ReadonlyMap<string, number>, cells: readonly string[]) {
    this.run = run;
    this.#table = table;
    this.#columns = columns;
    this.#cells = cells;
  }

  cell(column: string): string {
    const at = this.#columns.get(column);
    return at === undefined ? '' : (this.#cells[at] ?? '').trim();
  }

  has(at: Position): boolean {
    return this.text(at) !== '';
  }

  count(at: Position): number {
    return this.has(at) ? 1 : 0;
  }

  text(at: Position): string {
    return at.kind === 'column' ? this.cell(at.column) : '';
  }

  whole(at: Position): string {
    return this.text(at);
  }

  place(at: Position): Place | undefined {
    if (at.kind !== 'column') return undefined;
    const place = this.#columns.get(at.column);
    const value = place === undefined ? '' : (this.#cells[place] ?? '');
    return new CellPlace(value, `${this.#table}.${at.column}`);
  }
}
