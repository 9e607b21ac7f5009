/**
 * The part of Amazon States Language that the embedded cloud runs, in JSONata only (AWS Step Functions developer
 * guide, "concepts-amazon-states-language"). `check-definition.ts` has verified a definition before it gets these types.
 */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  /** Of a whole definition only: seconds until the execution times out. */
  readonly TimeoutSeconds?: number;
}

type Template = unknown;
/** A number, or an expression that gives one. */
type NumberOrExpression = number | string;

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Template;
  readonly Output?: Template;
}

interface Common {
  readonly Output?: Template;
  readonly Assign?: Template;
  readonly Next?: string;
  readonly End?: true;
}

interface Recoverable extends Common {
  readonly Arguments?: Template;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Recoverable {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: NumberOrExpression;
  readonly HeartbeatSeconds?: NumberOrExpression;
}

export interface ParallelState extends Recoverable {
  readonly Type: 'Parallel';
  readonly Branches: readonly Machine[];
}

export interface MapState extends Recoverable {
  readonly Type: 'Map';
  readonly ItemProcessor: Machine & { readonly ProcessorConfig?: { readonly Mode?: 'INLINE' | 'DISTRIBUTED' } };
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: NumberOrExpression;
  readonly Label?: string;
  readonly ToleratedFailurePercentage?: NumberOrExpression;
  readonly ToleratedFailureCount?: NumberOrExpression;
  readonly ItemReader?: {
    readonly Resource: string;
    readonly Arguments?: Template;
    readonly ReaderConfig?: { readonly InputType?: string; readonly MaxItems?: NumberOrExpression };
  };
  readonly ItemBatcher?: {
    readonly BatchInput?: Template;
    readonly MaxItemsPerBatch?: NumberOrExpression;
    readonly MaxInputBytesPerBatch?: NumberOrExpression;
  };
  readonly ResultWriter?: {
    readonly Resource: string;
    readonly Arguments?: Template;
    readonly WriterConfig?: { readonly Transformation?: string; readonly OutputType?: string };
  };
}

export interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly {
    readonly Condition: string;
    readonly Next: string;
    readonly Assign?: Template;
    readonly Output?: Template;
  }[];
  readonly Default?: string;
}

export interface WaitState extends Common {
  readonly Type: 'Wait';
  readonly Seconds?: NumberOrExpression;
  readonly Timestamp?: string;
}

export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

export interface PlainState extends Common {
  readonly Type: 'Pass' | 'Succeed';
}

export type RecoverableState = TaskState | ParallelState | MapState;
export type State = RecoverableState | ChoiceState | WaitState | FailState | PlainState;

export const isDistributed = (state: MapState): boolean => state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
