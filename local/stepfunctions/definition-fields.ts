/** What a field of a definition may hold; the check of each kind is in `check-field.ts`. */
export type FieldKind =
  | 'text'
  | 'true'
  | 'next'
  | 'resource'
  /** A payload template: any JSON with expressions in it. */
  | 'template'
  /** An object whose keys are variables. */
  | 'assign'
  | 'list-template'
  | 'condition'
  | 'text-expression'
  | 'count'
  | 'positive'
  | 'percentage'
  | 'retry'
  | 'catch'
  | 'choices'
  | 'branches'
  | 'processor'
  | 'reader'
  | 'batcher'
  | 'writer'
  | 'jsonata'
  | 'label';

export type Fields = Readonly<Record<string, FieldKind>>;

const COMMON: Fields = { Type: 'text', Comment: 'text', QueryLanguage: 'jsonata' };
const MOVING: Fields = { ...COMMON, Output: 'template', Assign: 'assign', Next: 'next', End: 'true' };
const RECOVERING: Fields = { ...MOVING, Retry: 'retry', Catch: 'catch' };

/** The fields of each kind of state in JSONata (developer guide, "amazon-states-language-states"); no other passes. */
export const STATE_FIELDS: Readonly<Record<string, Fields>> = {
  Task: {
    ...RECOVERING,
    Resource: 'resource',
    Arguments: 'template',
    TimeoutSeconds: 'positive',
    HeartbeatSeconds: 'positive',
  },
  Parallel: { ...RECOVERING, Arguments: 'template', Branches: 'branches' },
  Map: {
    ...RECOVERING,
    ItemProcessor: 'processor',
    Items: 'list-template',
    ItemReader: 'reader',
    ItemSelector: 'template',
    ItemBatcher: 'batcher',
    ResultWriter: 'writer',
    MaxConcurrency: 'count',
    ToleratedFailurePercentage: 'percentage',
    ToleratedFailureCount: 'count',
    Label: 'label',
  },
  Choice: { ...COMMON, Output: 'template', Assign: 'assign', Choices: 'choices', Default: 'next' },
  Wait: { ...MOVING, Seconds: 'count', Timestamp: 'text-expression' },
  Pass: MOVING,
  Succeed: { ...COMMON, Output: 'template' },
  Fail: { ...COMMON, Error: 'text-expression', Cause: 'text-expression' },
};

export const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: ['Resource'],
  Parallel: ['Branches'],
  Map: ['ItemProcessor'],
  Choice: ['Choices'],
};

/** Fields that only a Distributed Map has. */
export const DISTRIBUTED_FIELDS = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailurePercentage',
  'ToleratedFailureCount',
  'Label',
];

export const MACHINE_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
export const BRANCH_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States'];
export const RETRIER_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
export const CATCHER_FIELDS = ['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'];
export const CHOICE_FIELDS = ['Condition', 'Next', 'Assign', 'Output', 'Comment'];
