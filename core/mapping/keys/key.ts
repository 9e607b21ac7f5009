import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { ReasonCode } from '../../reasons.ts';
import type { CompiledFeed } from '../compiled-feed.ts';
import type { Run } from '../run.ts';
import type { Scope } from '../scope.ts';

/** A root fault: the whole message is dead of it. */
export class MessageFault {
  readonly reason: ReasonCode;
  readonly path: string;

  constructor(reason: ReasonCode, path: string) {
    this.reason = reason;
    this.path = path;
  }
}

/** What an id may be made of. */
export interface KeyContext {
  readonly scope: Scope;
  readonly run: Run;
  readonly feed: CompiledFeed;
  readonly isDummy: (value: string) => boolean;
  /** The occurrence of the making's `per` segment; undefined when the group itself makes the resource. */
  readonly own: Hl7Segment | undefined;
  /** Id of the patient made around it, or ''. */
  readonly patient: string;
  /** The name under which the making is known to the rows below it. */
  readonly as: string;
}

/** The id of a resource; undefined when nothing names it and it is not made. */
export type KeyMaker = (context: KeyContext) => string | MessageFault | undefined;
