"""The end-to-end benchmarks of BlobCache: what a reader of the mount gets, against the same work without it."""
