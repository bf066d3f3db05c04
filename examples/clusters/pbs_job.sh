#!/bin/bash
# One run on several nodes under PBS:  qsub -v JOB=job.ini,DIR=runs/job pbs_job.sh
# run.walltime ends it before PBS does; one that was stopped submits itself again until it is done.
#PBS -N nmc
#PBS -l select=2:ncpus=8:mpiprocs=1:ompthreads=8
#PBS -l walltime=12:00:00
#PBS -j oe

cd "$PBS_O_WORKDIR" || exit 2
mpirun nmc run "$JOB" --output.dir="$DIR" --run.walltime=11:50:00
code=$?
# mpirun may end with a code of its own; the state of the run tells how it ended.
nmc status "$DIR"
if [ $? -eq 75 ]; then qsub -v JOB="$JOB",DIR="$DIR" pbs_job.sh; fi
exit $code
