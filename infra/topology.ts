/**
 * What the pipeline is made of: names, limits and rules, as data. `infra/` builds the CDK app from it and `local/` the
 * embedded cloud, so that the two cannot differ. It imports nothing.
 */
/**
 * Half of V8's young generation in a task, MB. V8 sizes it by the machine's memory, and a conversion leaves nothing behind
 * that would need more: 8 costs no time, and keeps a worker under 200 MB whatever it converts (`npm run bench`).
 */
export const semiSpaceMb = 8;

export const topology = {
  buckets: {
    /** Drops land here: raw, versioned, never changed (Object Lock in GOVERNANCE mode). Sends `Object Created` to EventBridge. */
    inbox: { name: 'tributary-inbox', versioned: true, eventBridge: true, lockDays: 30 },
    /** Everything that waits between states; holds patient data, kept under the tenant's key. */
    work: { name: 'tributary-work', versioned: false, eventBridge: false },
  },
  queues: {
    arrivals: {
      name: 'tributary-arrivals',
      visibilitySeconds: 360,
      retentionDays: 14,
      deadLetter: 'arrivalsFailed',
      maxReceiveCount: 5,
    },
    arrivalsFailed: { name: 'tributary-arrivals-failed', visibilitySeconds: 30, retentionDays: 14 },
    /** Events that a rule could not deliver. */
    eventsFailed: { name: 'tributary-events-failed', visibilitySeconds: 30, retentionDays: 14 },
    /** One pointer per dead message: ids, positions, codes. The book of dead letters is the ledger. */
    deadLetters: { name: 'tributary-dead-letters', visibilitySeconds: 30, retentionDays: 14 },
  },
  buses: {
    /** Integration engines put their events here; AWS services use the default bus. */
    engine: { name: 'tributary-engine' },
  },
  rules: {
    dropLanded: {
      name: 'tributary-drop-landed',
      bus: 'default',
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['tributary-inbox'] } },
      },
      queue: 'arrivals',
    },
    messagePosted: {
      name: 'tributary-message-posted',
      bus: 'tributary-engine',
      pattern: { 'detail-type': ['HL7 v2 Message'] },
      queue: 'arrivals',
    },
    /** An execution of ours that failed, timed out or was aborted; Sweep continues what is there. */
    executionEnded: {
      name: 'tributary-execution-ended',
      bus: 'default',
      pattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      function: 'Sweep',
    },
    sweepSchedule: { name: 'tributary-sweep', bus: 'default', schedule: 'rate(5 minutes)', function: 'Sweep' },
  },
  table: {
    /** The ledger: one table, single-item conditional writes only. */
    ledger: {
      name: 'tributary-ledger',
      partitionKey: 'pk',
      sortKey: 'sk',
      index: { name: 'by-list', partitionKey: 'list', sortKey: 'listed' },
    },
  },
  secrets: {
    /** Key of the tenant's keyed hashes. */
    tenantKey: { name: 'tributary/tenant-key' },
  },
  functions: {
    // `grants` names what the task may touch; a task has a folder `tasks/<name>/` and, but for Admit and Sweep, a state of its name.
    Admit: {
      timeoutSeconds: 60,
      memoryMb: 512,
      grants: [
        'inbox:read',
        'inbox:write',
        'work:read',
        'work:write',
        'ledger',
        'deadLetters:send',
        'start:ingest',
        'secret',
      ],
      queue: { name: 'arrivals', batchSize: 10 },
    },
    Receive: { timeoutSeconds: 900, memoryMb: 512, grants: ['inbox:read', 'work:read', 'work:write', 'ledger'] },
    Split: { timeoutSeconds: 900, memoryMb: 512, grants: ['inbox:read', 'work:read', 'work:write', 'ledger'] },
    Convert: {
      timeoutSeconds: 300,
      memoryMb: 1024,
      grants: ['inbox:read', 'work:read', 'work:write', 'ledger', 'secret'],
    },
    Seal: { timeoutSeconds: 900, memoryMb: 512, grants: ['work:read', 'work:write', 'ledger', 'deadLetters:send'] },
    ClaimNotes: {
      timeoutSeconds: 60,
      memoryMb: 256,
      grants: ['work:read', 'work:write', 'ledger', 'describe:enrich'],
    },
    Extract: {
      timeoutSeconds: 900,
      memoryMb: 512,
      grants: ['work:read', 'work:write', 'ledger', 'comprehendmedical', 'secret'],
    },
    SealNotes: { timeoutSeconds: 300, memoryMb: 256, grants: ['work:read', 'work:write', 'ledger'] },
    Claim: { timeoutSeconds: 60, memoryMb: 256, grants: ['work:read', 'ledger', 'describe:import'] },
    Pack: { timeoutSeconds: 900, memoryMb: 1024, grants: ['work:read', 'work:write', 'ledger'] },
    Reconcile: { timeoutSeconds: 300, memoryMb: 512, grants: ['work:read', 'work:write', 'ledger'] },
    Close: {
      timeoutSeconds: 900,
      memoryMb: 512,
      grants: ['work:read', 'work:write', 'ledger', 'deadLetters:send'],
    },
    Release: { timeoutSeconds: 60, memoryMb: 256, grants: ['ledger', 'start:import'] },
    Sweep: {
      timeoutSeconds: 300,
      memoryMb: 256,
      grants: ['work:read', 'ledger', 'start:ingest', 'start:enrich', 'start:import', 'describe:executions'],
    },
  },
  stateMachines: {
    ingest: {
      file: 'state-machines/ingest.asl.json',
      functions: ['Receive', 'Split', 'Convert', 'Seal'],
      starts: ['import', 'enrich'],
      timeoutHours: 12,
    },
    enrich: {
      file: 'state-machines/enrich.asl.json',
      functions: ['ClaimNotes', 'Extract', 'SealNotes'],
      starts: ['import'],
      timeoutHours: 12,
    },
    import: {
      file: 'state-machines/import.asl.json',
      functions: ['Claim', 'Pack', 'Reconcile', 'Close', 'Release'],
      starts: ['import'],
      timeoutHours: 120,
      healthlake: true,
    },
  },
} as const;

export type FunctionName = keyof typeof topology.functions;
export type StateMachineName = keyof typeof topology.stateMachines;

/**
 * Environment of every task. `infra/` and `local/` both must give each name; a task reads what its contract asks for.
 */
export interface TaskEnvironment {
  readonly INBOX_BUCKET: string;
  readonly WORK_BUCKET: string;
  readonly LEDGER_TABLE: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  readonly TENANT_SECRET_ID: string;
  /** JSON: tenant to `{ datastoreId, dataAccessRoleArn, kmsKeyId }`. */
  readonly TENANTS: string;
  /** Account, region and prefix of our state machines: `arn:aws:states:us-east-1:000000000000:stateMachine:`. */
  readonly STATE_MACHINE_ARN_PREFIX: string;
}
