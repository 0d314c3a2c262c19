package io.blobcache.crd;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A read cache on every node for one source: what one applies, and what the operator tells of it. */
@Group(Resources.GROUP)
@Version(Resources.VERSION)
@ShortNames("bc")
@Categories("blobcache")
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.nodes.summary", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Used",
        jsonPath = ".status.tiers.disk.used",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Capacity",
        jsonPath = ".status.tiers.disk.capacity",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Hit%", jsonPath = ".status.hitPercent", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Source",
        jsonPath = ".spec.sources[0].url",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
        value = "size(self.metadata.name) <= 50",
        message = "metadata.name must have at most 50 characters: names of pods and labels are made from it")
public final class BlobCache extends CustomResource<BlobCacheSpec, BlobCacheStatus> implements Namespaced {
    private static final long serialVersionUID = 1;
}
