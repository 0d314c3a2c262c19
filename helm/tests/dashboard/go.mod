// Apart from the build, which needs no Go: helm/test runs it where Go is.
module blobcache.io/dashboard

go 1.24

require github.com/grafana/grafana-foundation-sdk/go v0.0.22
