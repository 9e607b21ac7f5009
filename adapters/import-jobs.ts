import { HealthLakeClient, ListFHIRImportJobsCommand } from '@aws-sdk/client-healthlake';
import type { ImportJobs } from '../core/ports.ts';
import { asOurError } from './service-error.ts';

/** Looks an import job up by its name, which is a function of import, round and attempt (DESIGN section 3, Start). */
export function healthLakeImportJobs(client: HealthLakeClient = new HealthLakeClient({})): ImportJobs {
  return {
    async status(datastoreId, jobName) {
      const answer = await client
        .send(new ListFHIRImportJobsCommand({ DatastoreId: datastoreId, JobName: jobName }))
        .catch((error: unknown) => {
          throw asOurError(error);
        });
      return answer.ImportJobPropertiesList?.[0]?.JobStatus;
    },
  };
}
