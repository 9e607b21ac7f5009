import { type Connection, runningPipeline } from './connection.ts';
import { openCloud } from './start.ts';

/** Runs against the pipeline that is up, or brings the embedded cloud up over its directory for as long as it takes. */
export async function withPipeline<T>(directory: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const running = await runningPipeline(directory);
  if (running !== undefined) return await use(running);
  const open = await openCloud(directory, 0);
  try {
    return await use(open.connection);
  } finally {
    await open.close();
  }
}
