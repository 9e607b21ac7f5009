import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import type { CloudContext, LocalService } from '../service.ts';
import { ServiceError, serveJson } from '../wire.ts';
import { controlSchema } from './control-book.ts';
import { createDatastores } from './datastores.ts';
import type { ImportFaults } from './faults.ts';
import { isFhirRequest, serveFhir } from './fhir-rest.ts';
import { createImportJobs, type ImportJobs, type ImportRequest } from './import-jobs.ts';
import { createImportQueue } from './import-queue.ts';
import { tagOperations } from './tags.ts';

export interface HealthLakeOptions {
  /** Time in each state before the next, in milliseconds. */
  readonly importStepMs?: number;
  readonly fault?: ImportFaults;
}

/**
 * A stand-in for AWS HealthLake: data stores, bulk import and the reading half of FHIR REST. Shapes and limits are those
 * of API 2017-07-01; export, data transformation, REST writes and validation level `minimal` answer that they are not
 * implemented.
 */
export function createHealthLakeService(context: CloudContext, options: HealthLakeOptions = {}): LocalService {
  const { importStepMs: stepMs = 50, fault } = options;
  const directory = join(context.directory, 'healthlake');
  const database = openDatabase(context.directory, 'healthlake', controlSchema);
  const datastores = createDatastores(database, directory, context, stepMs);
  const queue = createImportQueue({
    jobs: () => jobs,
    datastores,
    directory,
    context,
    stepMs,
    faultOf: (job) => fault?.('run', job.request),
  });
  const jobs: ImportJobs = createImportJobs(database, datastores, context, queue.progressOf);
  const operations = {
    CreateFHIRDatastore: datastores.create,
    DescribeFHIRDatastore: datastores.describe,
    ListFHIRDatastores: datastores.list,
    DeleteFHIRDatastore: datastores.remove,
    StartFHIRImportJob(input: Record<string, unknown>) {
      if (fault?.('start', input as unknown as ImportRequest)?.kind === 'throttle') {
        throw new ServiceError('ThrottlingException', 'Rate exceeded', 429);
      }
      const { job, fresh } = jobs.submit(input);
      if (fresh) queue.accept(job);
      return { JobId: job.id, JobStatus: job.status, DatastoreId: job.request.DatastoreId };
    },
    DescribeFHIRImportJob: jobs.describe,
    ListFHIRImportJobs: jobs.list,
    ...tagOperations(datastores),
  };
  return {
    name: 'healthlake',
    targets: ['HealthLake.'],
    owns: isFhirRequest,
    handle: (request, response) =>
      isFhirRequest(request)
        ? serveFhir(datastores, context, request, response)
        : serveJson(operations, request, response),
    start() {
      datastores.resume();
      queue.resume();
    },
    async stop() {
      await queue.stop();
      datastores.close();
      database.close();
    },
  };
}
