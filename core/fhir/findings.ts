import { isElementName } from './definitions.ts';

/** One fault of a resource: where and which rule. It never holds a value of the resource. */
export interface CheckIssue {
  /** `Patient.name[0].family`; a property that R4 does not know anywhere is written `?`. */
  readonly path: string;
  /** A stable kebab code: `element-missing`, `date-invalid`, or the key of an R4 invariant: `obs-6`. */
  readonly rule: string;
}

/** A fault whose path is known up to the object that is being walked; the objects around it put their steps before it. */
interface Fault {
  path: string;
  readonly rule: string;
}

/**
 * What was found while walking one resource. Nothing is kept of where the walk stands: nearly every resource stands, so
 * paths are put together on the way back, and only when something is wrong.
 */
export class Findings {
  readonly issues: Fault[] = [];
  #locals: Set<string> | undefined = undefined;

  /** Notes a fault of the object that is being walked, or of what stands below it: `.family`, `.given[1]`. */
  report(rule: string, below = ''): void {
    this.issues.push({ path: below, rule });
  }

  /** Notes a fault of the property of this name; a name that may be data, or is no JSON name, is not printed. */
  reportNamed(rule: string, name: string): void {
    this.report(rule, isElementName(name) ? `.${name}` : '.?');
  }

  /** Puts a step before the paths of all that was found since there were so many issues. */
  place(since: number, step: string): void {
    for (const fault of this.issues.slice(since)) fault.path = `${step}${fault.path}`;
  }

  /** Starts a new set of local references (`#id`) for a resource that is not contained; gives the one around it. */
  openRoom(): Set<string> | undefined {
    const outer = this.#locals;
    this.#locals = undefined;
    return outer;
  }

  /** The ids that local references used since the room was opened, if any; goes back to the one around it. */
  closeRoom(outer: Set<string> | undefined): ReadonlySet<string> | undefined {
    const used = this.#locals;
    this.#locals = outer;
    return used;
  }

  noteLocal(id: string): void {
    this.#locals ??= new Set();
    this.#locals.add(id);
  }
}
