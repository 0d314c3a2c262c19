package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As a matchExpression of a node's affinity. */
@ValidationRule(
        value = "self.operator in ['Exists', 'DoesNotExist'] ? size(self.values) == 0 : size(self.values) > 0",
        message = "values must be given for In, NotIn, Gt and Lt, and left out for Exists and DoesNotExist")
@ValidationRule(
        value = "!(self.operator in ['Gt', 'Lt'])"
                + " || (size(self.values) == 1 && self.values[0].matches('^[0-9]{1,18}$'))",
        message = "Gt and Lt take one value, a whole number such as 16")
@ValidationRule(
        value = "self.values.all(value, value.matches('" + Cel.LABEL_VALUE + "'))",
        message = Cel.LABEL_VALUE_MESSAGE)
public record NodeExpression(
        @JsonPropertyDescription("Key of the label.") @Required @Size(min = 1, max = 316)
        String key,

        @JsonPropertyDescription("How the label is compared with the values.") @Required
        Operator operator,

        @JsonPropertyDescription("What it is compared with.")
        @io.fabric8.generator.annotation.Default("[]")
        @Size(max = 64)
        @Nullable
        List<@Size(max = 63) String> values) {

    /** Those of Kubernetes. */
    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist,
        Gt,
        Lt
    }
}
