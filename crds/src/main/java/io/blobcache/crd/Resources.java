package io.blobcache.crd;

/** How the resources are found in the API. */
public final class Resources {
    public static final String GROUP = "blobcache.io";
    public static final String VERSION = "v1alpha1";

    private Resources() {}
}
