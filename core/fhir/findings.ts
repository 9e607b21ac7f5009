import { isElementName } from './definitions.ts';

/** One fault of a resource: where and which rule. It never holds a value of the resource. */
export interface CheckIssue {
  /** `Patient.name[0].family`; a property that R4 does not know anywhere is written `?`. */
  readonly path: string;
  /** A stable kebab code: `element-missing`, `date-invalid`, or the key of an R4 invariant: `obs-6`. */
  readonly rule: string;
}

/** R4's own types nest a few levels; only hostile extensions or bundles in bundles go past this. */
const maxDepth = 64;

/** What was found while walking one resource, and where the walk stands. Paths are only written when something is wrong. */
export class Findings {
  readonly issues: CheckIssue[] = [];
  #locals = new Set<string>();
  readonly #steps: (string | number)[] = [];

  constructor(root: string) {
    this.#steps.push(root);
  }

  /** Goes down one element; false, with an issue, where the resource is too deep to walk. */
  enter(name: string): boolean {
    if (this.#steps.length >= maxDepth) {
      this.report('too-deep', name);
      return false;
    }
    this.#steps.push(name);
    return true;
  }

  enterItem(index: number): void {
    this.#steps.push(index);
  }

  leave(): void {
    this.#steps.pop();
  }

  /** Whether the walk stands at an item of `contained`. */
  isContained(): boolean {
    return this.#steps.at(-2) === 'contained';
  }

  /** Starts a new set of local references (`#id`) for a resource that is not contained; gives the one around it. */
  openRoom(): Set<string> {
    const outer = this.#locals;
    this.#locals = new Set();
    return outer;
  }

  /** The ids that local references used since the room was opened; goes back to the one around it. */
  closeRoom(outer: Set<string>): ReadonlySet<string> {
    const used = this.#locals;
    this.#locals = outer;
    return used;
  }

  noteLocal(id: string): void {
    this.#locals.add(id);
  }

  /** Notes a fault of the place itself, or of the named element below it, or of one item of that element. */
  report(rule: string, name?: string, index?: number): void {
    const steps = name === undefined ? this.#steps : [...this.#steps, isElementName(name) ? name : '?'];
    this.issues.push({ path: pathText(index === undefined ? steps : [...steps, index]), rule });
  }
}

function pathText(steps: readonly (string | number)[]): string {
  return steps.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}
