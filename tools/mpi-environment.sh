# Sourced, not run. Open MPI refuses to start as root unless it is told twice that this is meant,
# as it is in a container; for any other user nothing of this is set.
if [[ $EUID == 0 ]]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
