#pragma once

#include "core/roles/angle_target.hpp"
#include "core/roles/array_observable.hpp"
#include "core/roles/autoregressive.hpp"
#include "core/roles/blocks.hpp"
#include "core/roles/chain_state.hpp"
#include "core/roles/energy_model.hpp"
#include "core/roles/flow.hpp"
#include "core/roles/label_target.hpp"
#include "core/roles/latent.hpp"
#include "core/roles/model.hpp"
#include "core/roles/observable.hpp"
#include "core/roles/parametric.hpp"
#include "core/roles/proposal.hpp"
#include "core/roles/reversible_sampler.hpp"
#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "core/roles/support.hpp"
#include "core/roles/target.hpp"
#include "core/roles/trainable.hpp"
#include "core/roles/tuning.hpp"

/// The roles, one header each in core/roles. Read this page first.
///
/// | role              | is                                                                       |
/// | ----------------- | ------------------------------------------------------------------------ |
/// | Support           | what the entries of a configuration are                                  |
/// | Target            | an unnormalised density: all that a network learns from                  |
/// | SpinTarget        | a Target whose couplings are known one by one: fast walks read its graph |
/// | LabelTarget       | a Boltzmann weight of labels 0 ... q-1, as of the Potts model            |
/// | AngleTarget       | a Boltzmann weight of angles, as of the XY model                         |
/// | Parametric        | one contiguous span of trainable numbers                                 |
/// | EnergyModel       | a Parametric Target whose Z is unknown: it cannot be taken for a Model   |
/// | Model             | a normalised Parametric density; sample() gives x and ln q together      |
/// | Trainable         | a Model with a loss and its gradient: one trainer serves all             |
/// | Autoregressive    | a Trainable drawn token by token, so that a part can be drawn anew       |
/// | Flow              | a Trainable that is a bijection of a normal density, with its inverse    |
/// | LatentDensity     | a Target in the coordinates of a Flow, with the way there and back       |
/// | Blocks            | variables in blocks, each of which is drawn exactly given the others     |
/// | ChainState        | configurations of a chunk of chains with what is cached for them         |
/// | Proposal          | x' and the ratio that makes it exact, together; decides nothing          |
/// | Sampler           | a Markov kernel that leaves its target invariant; holds no chain         |
/// | ReversibleSampler | a Sampler in detailed balance with a density of its own: may propose     |
/// | TargetFamily      | a system at all its Conditions: other temperatures, other couplings      |
/// | Objective         | what a training minimises: losses by name, their gradient, its state     |
/// | Tuning            | what warm-up tunes, apart from the kernel that reads it                  |
/// | Stored            | what writes itself into a file; a table of readers is the way back       |
/// | Observable        | numbers of a batch, one per chain; ArrayObservable: an array per chain   |
///
/// Every function takes a batch, (chains, sites). Implementations are const, serial and free of
/// hidden state, and a chain's numbers do not depend on which other chains share its batch (bit for
/// bit; contract `RowIndependence`). The caller cuts the chains into chunks and runs chunks on
/// threads and ranks (core/parallel), so results are the same for every number of either.
