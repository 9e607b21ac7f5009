import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Bundles } from '../bundle.ts';
import { Alarms } from '../constructs/alarms.ts';
import { patientBuckets } from '../constructs/buckets.ts';
import { customerKey, deliveryUse, logDeliveryUse, logUse } from '../constructs/customer-key.ts';
import { DataStore } from '../constructs/data-store.ts';
import { EventRoutes } from '../constructs/event-routes.ts';
import { GrantPolicies } from '../constructs/grant-policies.ts';
import { LedgerTable } from '../constructs/ledger-table.ts';
import { Network } from '../constructs/network.ts';
import { queues } from '../constructs/queues.ts';
import { TaskFunctions } from '../constructs/task-functions.ts';
import { stateMachineArnPrefix, Workflow, workflowRuntime } from '../constructs/workflow.ts';
import { alarmArn, busArn, logGroupArn, ruleArn } from '../naming.ts';
import { settings } from '../settings.ts';
import { type StateMachineName, type TaskEnvironment, topology } from '../topology.ts';

interface TenantStackProps extends StackProps {
  /** Folder that holds `state-machines/`. */
  readonly root: string;
  readonly bundles: Bundles;
  readonly auditKey: IKey;
}

/** One tenant, whole: key, buckets, queues, bus, book, functions, state machines, data store and alarms. */
export class TenantStack extends Stack {
  constructor(scope: Construct, id: string, { root, bundles, auditKey, ...props }: TenantStackProps) {
    super(scope, id, props);
    const { tenant } = settings;
    const key = tenantKey(this);
    const buckets = patientBuckets(this, key);
    const queued = queues(this, key);
    const { table } = new LedgerTable(this, 'Ledger', { key, backupKey: auditKey });
    const secret = tenantSecret(this, key);
    const dataStore = new DataStore(this, 'DataStore', { tenant, key, work: buckets.work });
    const network = new Network(this, 'Network', key);
    const { all: grants } = new GrantPolicies(this, 'Grant', {
      inboxArn: buckets.inbox.bucketArn,
      workArn: buckets.work.bucketArn,
      tableArn: table.tableArn,
      deadLettersArn: queued.deadLetters.queueArn,
      secretArn: secret.secretArn,
      keyArn: key.keyArn,
      dataStoreArn: dataStore.resource.attrDatastoreArn,
    });
    const environment: TaskEnvironment = {
      INBOX_BUCKET: buckets.inbox.bucketName,
      WORK_BUCKET: buckets.work.bucketName,
      LEDGER_TABLE: table.tableName,
      DEAD_LETTER_QUEUE_URL: queued.deadLetters.queueUrl,
      TENANT_SECRET_ID: secret.secretArn,
      TENANTS: this.toJsonString({
        [tenant]: {
          datastoreId: dataStore.resource.attrDatastoreId,
          dataAccessRoleArn: dataStore.importRole.roleArn,
          kmsKeyId: key.keyArn,
        },
      }),
      STATE_MACHINE_ARN_PREFIX: stateMachineArnPrefix(this),
    };
    const { eventsFailed, arrivals } = queued;
    const { all: functions } = new TaskFunctions(this, 'Task', {
      bundles,
      environment,
      key,
      network,
      grants,
      eventsFailed,
      arrivals,
    });
    const runtime = workflowRuntime(this, key);
    for (const machine of Object.keys(topology.stateMachines) as StateMachineName[]) {
      new Workflow(this, `Workflow-${machine}`, { root, machine, functions, ...buckets, key, dataStore, runtime });
    }
    new EventRoutes(this, 'Events', { key, queues: queued, functions });
    new Alarms(this, 'Alarm', { key, queues: queued, functions });
  }
}

/** Who may use the tenant's key besides its roles: the services that carry events, alarms and logs for it. */
function tenantKey(scope: Construct): Key {
  const rules = Object.values(topology.rules).map((rule) => ruleArn(scope, rule));
  return customerKey(scope, 'TenantKey', `tributary-${settings.tenant}`, [
    deliveryUse('CarryEvents', 'events', [...rules, busArn(scope)]),
    deliveryUse('RaiseAlarms', 'cloudwatch', [alarmArn(scope, 'tributary-*')]),
    logUse(
      scope,
      ['/tributary/*', '/aws/vendedlogs/states/tributary-*'].map((name) => logGroupArn(scope, name)),
    ),
    logDeliveryUse(scope),
  ]);
}

function tenantSecret(scope: Construct, key: Key): Secret {
  const secret = new Secret(scope, 'TenantSecret', {
    secretName: topology.secrets.tenantKey.name,
    description: "Key of the tenant's keyed hashes",
    encryptionKey: key,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  acknowledge(
    secret,
    'It keys the hashes that identify what was already seen: a rotated key would make every known message new and load it twice.',
    'HIPAA.Security-SecretsManagerRotationEnabled',
    'AwsSolutions-SMG4',
  );
  return secret;
}
