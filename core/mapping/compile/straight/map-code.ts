import type { Position } from '../../rule.ts';

/** Where the rows of a map read, and where they write. */
export interface MapForm {
  readonly name: string;
  /** The segment whose fields the rows read; '' where they read the components of a value. */
  readonly segment: string;
  /** Number of the field of which only one repetition is there; 0 when all fields are read whole. */
  readonly each: number;
  /** `slots` of a draft by their names; `sink`, which may send all rows into one slot; or one `value`. */
  readonly into: 'slots' | 'sink' | 'value';
}

/** What the code of one map needs beside its rows: what is read once, and what is linked when a converter is made. */
export class MapCode {
  readonly form: MapForm;
  readonly #locals = new Set<string>();
  readonly #links = new Map<string, string>();
  #names = 0;

  constructor(form: MapForm) {
    this.form = form;
  }

  /** A name that nothing else in the function has. */
  fresh(letter: string): string {
    this.#names += 1;
    return `${letter}${this.#names}`;
  }

  /** The name of what is linked, as `t.row(3)`. */
  link(call: string): string {
    const known = this.#links.get(call) ?? `l${this.#links.size}`;
    this.#links.set(call, known);
    return known;
  }

  isOwn(at: Position): boolean {
    return at.kind === 'component' || (at.kind === 'field' && at.segment === this.form.segment);
  }

  isNarrowed(field: number): boolean {
    return this.form.each !== 0 && field === this.form.each;
  }

  /** What several rows ask for, read when first asked. */
  once(name: string, read: string): string {
    this.#locals.add(name);
    return `(${name} ??= ${read})`;
  }

  /** The declarations of what is read once. */
  get locals(): string {
    return this.#locals.size === 0 ? '' : `let ${[...this.#locals].join(', ')};`;
  }

  get links(): string {
    const links = [...this.#links].map(([call, name]) => `${name} = ${call}`);
    return links.length === 0 ? '' : `const ${links.join(', ')};`;
  }
}

/** Thrown for a row that straight code has no form for: it stays with the closures. */
export class NoForm extends Error {}
