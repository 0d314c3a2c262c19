/**
 * A cluster of up to 10,000 agents in one thread and in its own time: the real classes of placement, peers, hedging, lending
 * and single flight over a network and a source that are made up. One seed is one run, to the last event.
 */
@NullMarked
package io.blobcache.node.simulation;

import org.jspecify.annotations.NullMarked;
