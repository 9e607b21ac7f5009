import type { Frame } from './frames.ts';
import { evaluate, iso, type Scope } from './scope.ts';
import { wrapped } from './states-error.ts';
import type { MapState } from './states-language.ts';
import type { ExecutionRow } from './store.ts';

type Writer = NonNullable<MapState['ResultWriter']>;

interface Destination {
  readonly Bucket: string;
  readonly folder: string;
}

/**
 * What a Map Run gives: without a writer the outputs in the order of the items; with one the files `manifest.json`,
 * `SUCCEEDED_0.json` and `FAILED_0.json` under `<prefix>/<map run id>/` (developer guide, "input-output-resultwriter").
 */
export async function writeResults(
  scope: Scope,
  frame: Frame,
  state: MapState,
  arn: string,
): Promise<{ output: unknown; written: number }> {
  const sql = "SELECT * FROM executions WHERE mapRun = ? AND status <> 'PENDING' ORDER BY mapIndex";
  const children = scope.run.engine.store.all<ExecutionRow>(sql, arn);
  if (!state.ResultWriter) return { output: children.map((child) => outputOf(child)), written: 0 };
  const argument = (await evaluate(scope, frame, state.ResultWriter.Arguments, 'ResultWriter/Arguments')) as Record<
    string,
    string
  >;
  const prefix = (argument['Prefix'] ?? '').replace(/\/$/, '');
  const folder = `${prefix === '' ? '' : `${prefix}/`}${arn.split(':').at(-1)}`;
  const to = { Bucket: argument['Bucket'] ?? '', folder };
  try {
    const key = await writeFiles(scope, state.ResultWriter, to, arn, children);
    const written = children.reduce((sum, child) => sum + (child.items ?? 1), 0);
    return { output: { MapRunArn: arn, ResultWriterDetails: { Bucket: to.Bucket, Key: key } }, written };
  } catch (thrown) {
    throw wrapped('States.ResultWriterFailed', thrown, 'The results could not be written');
  }
}

function outputOf(child: ExecutionRow): unknown {
  return child.output === null ? null : JSON.parse(child.output);
}

async function writeFiles(
  scope: Scope,
  writer: Writer,
  to: Destination,
  arn: string,
  children: readonly ExecutionRow[],
): Promise<string> {
  const extension = writer.WriterConfig?.OutputType === 'JSONL' ? 'jsonl' : 'json';
  const write = async (name: string, results: readonly unknown[]) => {
    if (results.length === 0) return [];
    const body =
      extension === 'json' ? JSON.stringify(results) : results.map((result) => JSON.stringify(result)).join('\n');
    return [await put(scope, to, `${name}_0.${extension}`, body)];
  };
  const succeeded = children.filter((child) => child.status === 'SUCCEEDED');
  const failed = children.filter((child) => child.status !== 'SUCCEEDED');
  const ResultFiles = {
    FAILED: await write('FAILED', failed.map(described)),
    PENDING: [],
    SUCCEEDED: await write('SUCCEEDED', transformed(succeeded, writer.WriterConfig?.Transformation ?? 'NONE')),
  };
  const manifest = { DestinationBucket: to.Bucket, MapRunArn: arn, ResultFiles };
  return (await put(scope, to, 'manifest.json', JSON.stringify(manifest))).Key;
}

/** COMPACT gives the outputs alone, FLATTEN takes outputs that are arrays apart; failures are always described whole. */
function transformed(children: readonly ExecutionRow[], transformation: string): unknown[] {
  if (transformation === 'NONE') return children.map(described);
  const outputs = children.map(outputOf);
  return transformation === 'FLATTEN' ? outputs.flat(1) : outputs;
}

function described(child: ExecutionRow): unknown {
  return {
    ExecutionArn: child.arn,
    ...(child.error === null ? {} : { Cause: child.cause, Error: child.error }),
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output === null ? {} : { Output: child.output, OutputDetails: { Included: true } }),
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    StartDate: iso(child.started),
    StateMachineArn: child.machine,
    Status: child.status,
    StopDate: child.stopped === null ? undefined : iso(child.stopped),
  };
}

async function put(scope: Scope, to: Destination, name: string, text: string): Promise<{ Key: string; Size: number }> {
  const Key = `${to.folder}/${name}`;
  await scope.run.engine.call(
    'arn:aws:states:::aws-sdk:s3:putObject',
    { Bucket: to.Bucket, Key, Body: text },
    scope.signal,
  );
  return { Key, Size: Buffer.byteLength(text) };
}
