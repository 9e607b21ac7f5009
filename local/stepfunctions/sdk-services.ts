import * as comprehendmedical from '@aws-sdk/client-comprehendmedical';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as healthlake from '@aws-sdk/client-healthlake';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import * as sqs from '@aws-sdk/client-sqs';

/** A generated client, as far as one call needs it. */
export interface SdkClient {
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<unknown>;
  destroy(): void;
}

type ClientClass = new (configuration: Record<string, unknown>) => SdkClient;
type CommandClass = new (input: never) => { readonly schema?: unknown };

interface SdkService {
  /** Of its errors in a state machine (developer guide, "supported-services-awssdk"). */
  readonly prefix: string;
  readonly client: ClientClass;
  readonly module: Readonly<Record<string, unknown>>;
}

/** Services that a state machine may call; the keys are those of `arn:aws:states:::aws-sdk:<service>`. */
const SERVICES: Readonly<Record<string, SdkService>> = {
  comprehendmedical: {
    prefix: 'ComprehendMedical',
    client: comprehendmedical.ComprehendMedicalClient as never,
    module: { ...comprehendmedical },
  },
  eventbridge: { prefix: 'EventBridge', client: eventbridge.EventBridgeClient as never, module: { ...eventbridge } },
  healthlake: { prefix: 'HealthLake', client: healthlake.HealthLakeClient as never, module: { ...healthlake } },
  lambda: { prefix: 'Lambda', client: lambda.LambdaClient as never, module: { ...lambda } },
  s3: { prefix: 'S3', client: s3.S3Client as never, module: { ...s3 } },
  sfn: { prefix: 'Sfn', client: sfn.SFNClient as never, module: { ...sfn } },
  sqs: { prefix: 'Sqs', client: sqs.SQSClient as never, module: { ...sqs } },
};

export interface SdkAction {
  readonly service: string;
  readonly prefix: string;
  readonly client: ClientClass;
  readonly command: CommandClass;
}

/** The command of an action, found without regard to case: `startFHIRImportJob`, `startFhirImportJob`. */
export function findAction(service: string, action: string): SdkAction | undefined {
  const known = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  const wanted = `${action}command`.toLowerCase();
  const name = known && Object.keys(known.module).find((candidate) => candidate.toLowerCase() === wanted);
  if (!known || !name) return undefined;
  return { service, prefix: known.prefix, client: known.client, command: known.module[name] as CommandClass };
}
