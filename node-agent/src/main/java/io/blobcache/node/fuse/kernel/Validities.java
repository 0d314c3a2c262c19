package io.blobcache.node.fuse.kernel;

import io.blobcache.node.config.FuseConfig;

/** How long the kernel may believe each kind of answer at most, as one configuration says. */
record Validities(FuseConfig config, Validity entry, Validity attributes, Validity missing) {
    static Validities of(FuseConfig config) {
        return new Validities(
                config,
                Validity.of(config.entryTimeout()),
                Validity.of(config.attributeTimeout()),
                Validity.of(config.negativeTimeout()));
    }
}
