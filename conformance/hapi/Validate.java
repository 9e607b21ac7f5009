import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Reads lines of a name, a tab and a FHIR resource; writes a line for each error: name, position, rule, text. It knows the
 * definitions of R4 that come with it and asks no server.
 */
public final class Validate {
  public static void main(String[] arguments) throws Exception {
    FhirContext context = FhirContext.forR4();
    FhirInstanceValidator rules =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context)));
    rules.setAnyExtensionsAllowed(true);
    rules.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    FhirValidator validator = context.newValidator().registerValidatorModule(rules);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    long count = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int tab = line.indexOf('\t');
      String name = line.substring(0, tab);
      for (SingleValidationMessage found : validator.validateWithResult(line.substring(tab + 1)).getMessages()) {
        if (found.getSeverity().compareTo(ResultSeverityEnum.ERROR) < 0) continue;
        out.println(name + "\t" + found.getLocationString() + "\t" + found.getMessageId() + "\t" + oneLine(found.getMessage()));
      }
      count++;
    }
    out.println("validated\t" + count);
    out.flush();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
