import type { FunctionName, TaskEnvironment } from '../infra/topology.ts';
import { topology } from '../infra/topology.ts';
import { createComprehendMedicalService } from './comprehendmedical/comprehend-medical.ts';
import { createDynamodbService } from './dynamodb/dynamodb-service.ts';
import { createEventsService } from './events/events-service.ts';
import { createHealthLakeService, type HealthLakeOptions } from './healthlake/healthlake.ts';
import { createLambdaService, type LambdaFunction } from './lambda/lambda-service.ts';
import { deployMachines } from './machines.ts';
import { functionName, stateMachineArnPrefix } from './names.ts';
import { provision, type TenantStore } from './provision.ts';
import { handlerModules } from './registry.ts';
import { createS3Service } from './s3/s3-service.ts';
import { createSecretsManagerService } from './secretsmanager/secretsmanager-service.ts';
import { startServer } from './server.ts';
import { ACCOUNT, type CloudContext, type LocalService } from './service.ts';
import { createSqsService } from './sqs/sqs-service.ts';
import { createStepFunctionsService } from './stepfunctions/stepfunctions-service.ts';

export interface CloudSettings {
  readonly directory: string;
  readonly port: number;
  readonly tenants: readonly string[];
  /** Function name to another module: for tests that plant a faulty task. */
  readonly overrides?: Readonly<Record<string, string>>;
  readonly healthlake?: HealthLakeOptions;
  readonly onFault?: (service: string, error: unknown) => void;
}

export interface RunningCloud {
  readonly endpoint: string;
  readonly stores: Readonly<Record<string, TenantStore>>;
  stop(): Promise<void>;
}

/**
 * The embedded cloud: every AWS service that the pipeline uses, on one port, with the pipeline deployed into it. State
 * lies in `directory`; what a kill interrupted goes on once everything is deployed. It is a twin for trying and testing.
 */
export async function startCloud(settings: CloudSettings): Promise<RunningCloud> {
  const functions: Record<string, LambdaFunction> = {};
  const resumable: LocalService[] = [];
  const server = await startServer({
    directory: settings.directory,
    port: settings.port,
    services: (context) => services(context, functions, resumable, settings),
    ...(settings.onFault === undefined ? {} : { onFault: settings.onFault }),
  });
  try {
    const stores = await provision(server.endpoint, settings.tenants);
    Object.assign(functions, deployFunctions(server.endpoint, stores, settings.overrides));
    await deployMachines(server.endpoint);
    for (const service of resumable) service.start?.();
    return { endpoint: server.endpoint, stores, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function services(
  context: CloudContext,
  functions: Record<string, LambdaFunction>,
  resumable: LocalService[],
  settings: CloudSettings,
): LocalService[] {
  const sqs = createSqsService(context);
  const lambda = createLambdaService(context, { functions, queues: sqs });
  for (const [name, { queue }] of sources())
    lambda.mapQueue(topology.queues[queue.name].name, functionName(name), queue.batchSize);
  const events = createEventsService(context, {
    queue: (arn, body, attributes) => sqs.sendInternally(arn.slice(arn.lastIndexOf(':') + 1), body, attributes),
    lambda: async (arn, event) => lambda.invokeLater(arn, event),
  });
  // Executions, polls and deliveries that a kill interrupted must find their functions deployed.
  const later = [events, createStepFunctionsService(context), lambda];
  resumable.push(...later);
  return [
    ...[createS3Service(context), sqs, createDynamodbService(context), createSecretsManagerService(context)],
    ...[createHealthLakeService(context, settings.healthlake), createComprehendMedicalService(context)],
    ...later.map((service) => ({ ...service, start: () => {} })),
  ];
}

function sources(): [string, { queue: { name: keyof typeof topology.queues; batchSize: number } }][] {
  return Object.entries(topology.functions).flatMap(([name, task]) =>
    'queue' in task ? [[name, { queue: task.queue }]] : [],
  );
}

/** One environment for all: the embedded cloud has no permissions to keep apart. */
function deployFunctions(
  endpoint: string,
  stores: Readonly<Record<string, TenantStore>>,
  overrides: Readonly<Record<string, string>> | undefined,
): Record<string, LambdaFunction> {
  const environment: TaskEnvironment = {
    INBOX_BUCKET: topology.buckets.inbox.name,
    WORK_BUCKET: topology.buckets.work.name,
    LEDGER_TABLE: topology.table.ledger.name,
    DEAD_LETTER_QUEUE_URL: `${endpoint}/${ACCOUNT}/${topology.queues.deadLetters.name}`,
    TENANT_SECRET_ID: topology.secrets.tenantKey.name,
    TENANTS: JSON.stringify(stores),
    STATE_MACHINE_ARN_PREFIX: stateMachineArnPrefix,
  };
  const modules = handlerModules(overrides);
  return Object.fromEntries(
    (Object.keys(topology.functions) as FunctionName[]).map((name) => {
      const { timeoutSeconds, memoryMb } = topology.functions[name];
      return [functionName(name), { module: modules[name], environment: { ...environment }, timeoutSeconds, memoryMb }];
    }),
  );
}
