package io.blobcache.crd;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Blobs that are fetched into the agents' disk tiers before somebody waits for them. */
@Group(Resources.GROUP)
@Version(Resources.VERSION)
@ShortNames("bcw")
@Categories("blobcache")
@AdditionalPrinterColumn(name = "Cache", jsonPath = ".spec.cacheName", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Complete",
        jsonPath = ".status.conditions[?(@.type==\"Complete\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Progress%",
        jsonPath = ".status.progressPercent",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Warmed", jsonPath = ".status.warmed", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Speed",
        jsonPath = ".status.speed",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(name = "Failed", jsonPath = ".status.failedFiles", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Next",
        jsonPath = ".status.nextRun",
        type = AdditionalPrinterColumn.Type.DATE,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
        value = "size(self.metadata.name) <= 50",
        message = "metadata.name must have at most 50 characters: names of pods and labels are made from it")
public final class BlobCacheWarmup extends CustomResource<WarmupSpec, WarmupStatus> implements Namespaced {
    private static final long serialVersionUID = 1;
}
