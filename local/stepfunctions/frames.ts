import type { Store } from './store.ts';

/**
 * Where one sequence of states stands: the execution itself (path ''), a branch of a Parallel state or an iteration of
 * an inline Map (path `State[index]`, nested with `/`). It is saved at each transition, so that a killed process goes
 * on from the state it was in.
 */
export interface Frame {
  readonly path: string;
  state: string;
  input: unknown;
  variables: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  entered: number;
  /** Attempts used, one number per retrier of the current state. */
  retries: number[];
  retryCount: number;
  /** End of a Wait, or of the delay before a retry. */
  deadline?: number;
  /** What a Map works on: its items (inline) or the ARN of its Map Run (distributed). */
  work?: unknown;
  /** The item that an inline Map's iteration runs for. */
  readonly item?: MapItem;
  /** Id of its last event, which the next event follows. */
  lastEvent: number;
  /** Present when the sequence has ended. */
  output?: { readonly value: unknown };
}

/** Paths of inner frames begin with the outer frame's path and its state. */
export function childPath(frame: Frame): string {
  return frame.path === '' ? frame.state : `${frame.path}/${frame.state}`;
}

export interface MapItem {
  readonly Index: number;
  readonly Value: unknown;
}

export function loadFrame(store: Store, execution: string, path: string): Frame | undefined {
  const row = store.one<{ content: string }>(
    'SELECT content FROM frames WHERE execution = ? AND path = ?',
    execution,
    path,
  );
  return row && (JSON.parse(row.content) as Frame);
}

export function saveFrame(store: Store, execution: string, frame: Frame): void {
  const sql =
    'INSERT INTO frames (execution, path, content) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content';
  store.run(sql, execution, frame.path, JSON.stringify(frame));
}

/** Forgets the frames inside the frame's state, when that is left or tried again. */
export function dropChildFrames(store: Store, execution: string, frame: Frame): void {
  const prefix = `${childPath(frame)}/`;
  store.run(
    'DELETE FROM frames WHERE execution = ? AND path > ? AND substr(path, 1, ?) = ?',
    execution,
    prefix,
    prefix.length,
    prefix,
  );
}

export function dropFrames(store: Store, execution: string): void {
  store.run('DELETE FROM frames WHERE execution = ?', execution);
}
